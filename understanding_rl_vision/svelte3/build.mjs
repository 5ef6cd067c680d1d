// Compiles a Svelte component to one IIFE JavaScript file: node build.mjs INPUT OUTPUT GLOBAL_NAME [--lint] [--header=FILE]
//
// Vite and Svelte come from the node_modules of the working directory. The file defines a global that is
// called like a component class, `new App({ target, props })`, and holds its own CSS. The same sources and
// the same lock file give the same bytes.
import fs from "node:fs"
import { createRequire } from "node:module"
import path from "node:path"
import { pathToFileURL } from "node:url"

const require = createRequire(path.join(process.cwd(), "package.json"))
const load = async (name) => import(pathToFileURL(require.resolve(name)).href)

const [input, output, globalName] = process.argv.slice(2, 5)
const flags = process.argv.slice(5)
const lint = flags.includes("--lint")
const headerFile = flags.find((flag) => flag.startsWith("--header="))?.slice("--header=".length)
const headerText = headerFile && `/*!\n${fs.readFileSync(headerFile, "utf8").trim()}\n*/\n`

const ENTRY = path.join(process.cwd(), "compiled-entry.js")
const entry = {
  name: "entry",
  resolveId: (id) => (id === ENTRY ? id : null),
  load: (id) =>
    id === ENTRY
      ? `import { mount } from "svelte"
         import Component from ${JSON.stringify(path.resolve(input))}
         export default function (options) { return mount(Component, options) }`
      : null,
}

// After minification, so that it stays the first thing in the file.
const header = {
  name: "header",
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === "chunk" && headerText) file.code = headerText + file.code
    }
  },
}

const { build } = await load("vite")
const { svelte } = await load("@sveltejs/vite-plugin-svelte")
let warnings = 0

const built = await build({
  configFile: false,
  root: process.cwd(),
  logLevel: "warn",
  mode: "production",
  resolve: { dedupe: ["svelte"] },
  plugins: [
    entry,
    svelte({
      configFile: false,
      compilerOptions: { css: "injected", dev: false },
      onwarn(warning) {
        warnings += 1
        console.error(`${warning.filename}: ${warning.message}`)
      },
    }),
    header,
  ],
  build: {
    write: false,
    target: "es2022",
    reportCompressedSize: false,
    lib: { entry: ENTRY, name: globalName, formats: ["iife"], fileName: () => path.basename(output) },
  },
})

// A file that is the same is left alone: nothing need be made again from it, and who reads it now reads it whole.
const { code } = [built].flat()[0].output.find((file) => file.type === "chunk")
if (!fs.existsSync(output) || fs.readFileSync(output, "utf8") !== code) {
  fs.mkdirSync(path.dirname(output), { recursive: true })
  fs.writeFileSync(output, code)
}

if (lint && warnings) {
  console.error(`${warnings} warning(s)`)
  process.exit(1)
}
