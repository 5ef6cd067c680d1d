import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import ts from "typescript"
import { describe, expect, test } from "vitest"
import { PUBLISHED, ROOT } from "../pages.mjs"
import { writeSynthetic } from "../synthetic.mjs"

// The props that Python writes, held against the types that the page is written with: by TypeScript itself.

const TYPES = path.join(ROOT, "svelte/src/core/props.ts")

/** What TypeScript says of the props, with long lists cut to their first entries. */
function complaints(props: object, type: string): string[] {
  const short = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.slice(0, 12).map(short)
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(Object.entries(value).slice(0, 30).map(([key, item]) => [key, short(item)]))
  }
  const file = path.join(path.dirname(TYPES), "checked-props.ts")
  const text = `import type { Props } from "./props"\nexport const props: ${type} = ${JSON.stringify(short(props))}\n`
  const options = { strict: true, noEmit: true, skipLibCheck: true, lib: ["lib.es2022.d.ts"], types: [] }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = (name) => name === file || fileExists(name)
  host.getSourceFile = (name, version) => (name === file ? ts.createSourceFile(name, text, version) : getSourceFile(name, version))
  const program = ts.createProgram([file], options, host)
  return program
    .getSemanticDiagnostics(program.getSourceFile(file))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))
}

test("what does not fit is noticed", () => {
  expect(complaints({ layers: [1] }, "Partial<Props>")).toHaveLength(1)
  expect(complaints({ layer: ["2b"] }, "Partial<Props>")).toHaveLength(1)
})

describe("data fits the types", () => {
  test("made-up data", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "interface-props-"))
    const { subdirs: _, formatting: __, ...props } = writeSynthetic(folder)
    fs.rmSync(folder, { recursive: true })
    expect(complaints(props, 'Omit<Props, "subdirs" | "formatting">')).toEqual([])
  })

  test.runIf("reference" in PUBLISHED)("data of the original system", () => {
    const props = JSON.parse(fs.readFileSync(path.join(PUBLISHED.reference, "props.json"), "utf8"))
    expect(complaints(props, "Props")).toEqual([])
  })

  const demo = path.join(process.env.DEMO_DIR ?? path.join(ROOT, "demo"), "interface.html")
  test.runIf(fs.existsSync(demo))("what `make demo` wrote", () => {
    const json = /type="application\/json"[^>]*>(.*?)<\/script>/s.exec(fs.readFileSync(demo, "utf8"))![1]
    expect(complaints(JSON.parse(json), "Props")).toEqual([])
  })
})
