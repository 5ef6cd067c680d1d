import fs from "node:fs"
import path from "node:path"
import ts from "typescript"
import { describe, expect, test } from "vitest"
import { ROOT } from "../pages.mjs"

// How the sources hang together: who imports whom, and how long files and functions are.

const SVELTE = path.join(ROOT, "svelte")
const SOURCE = path.join(SVELTE, "src")

const walk = (folder: string): string[] =>
  fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name)
    return entry.isDirectory() ? walk(file) : /\.(ts|mjs|svelte)$/.test(entry.name) ? [file] : []
  })

/** The TypeScript of a file: of a component, what is in its script elements. */
function codeOf(file: string): string {
  const text = fs.readFileSync(file, "utf8")
  if (!file.endsWith(".svelte")) return text
  return [...text.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, code]) => code).join("\n")
}

const parse = (file: string, code = codeOf(file)) => ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true)

/** The files of src/ that a file imports, types included. */
function importsOf(file: string, code?: string): string[] {
  return parse(file, code)
    .statements.filter((node) => ts.isImportDeclaration(node) || ts.isExportDeclaration(node))
    .flatMap(({ moduleSpecifier: from }) => (from && ts.isStringLiteral(from) && from.text.startsWith(".") ? [from.text] : []))
    .map((from) => path.resolve(path.dirname(file), from.replace(/\?raw$/, "")))
    .map((stem) => [stem, `${stem}.ts`].find((name) => fs.existsSync(name) && fs.statSync(name).isFile()) ?? stem)
}

/** The first circle that is met: files each of which imports the next, the last the first; null where there is none. */
function circle(imports: Map<string, string[]>): string[] | null {
  const done = new Set<string>()
  const follow = (file: string, way: string[]): string[] | null => {
    if (way.includes(file)) return way.slice(way.indexOf(file))
    if (done.has(file)) return null
    for (const next of imports.get(file) ?? []) {
      const found = follow(next, [...way, file])
      if (found) return found
    }
    done.add(file)
    return null
  }
  for (const file of imports.keys()) {
    const found = follow(file, [])
    if (found) return found
  }
  return null
}

/** "name: lines" of the functions that have more than `most` lines. */
function longFunctions(file: string, most: number, source = parse(file)): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body) {
      const [from, to] = [node.getStart(), node.end].map((at) => source.getLineAndCharacterOfPosition(at).line)
      if (to - from + 1 > most) found.push(`${path.relative(SVELTE, file)}:${from + 1}: ${to - from + 1} lines`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const sources = walk(SOURCE)
const imports = new Map(sources.map((file) => [file, importsOf(file)]))
const folder = (file: string) => path.relative(SOURCE, file).split(path.sep).slice(0, -1)[0] ?? ""

/** Imports of one folder of src/ that lead elsewhere than `allowed`; "" stands for src/ itself. */
const strays = (from: string, allowed: string[]) =>
  sources
    .filter((file) => folder(file) === from)
    .flatMap((file) => imports.get(file)!.map((to) => [file, to]))
    .filter(([, to]) => to.startsWith(SOURCE) && !allowed.includes(folder(to)))
    .map((pair) => pair.map((file) => path.relative(SOURCE, file)).join(" imports "))

test("circles, and functions that are too long, are found", () => {
  expect(circle(new Map([["a", ["b"]], ["b", ["c", "d"]], ["c", []], ["d", ["b"]]]))).toEqual(["b", "d"])
  expect(circle(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]]))).toBeNull()
  const text = 'import type { Place } from "./models"\nimport { mount } from "svelte"\nexport { x } from "./csv"\n'
  expect(importsOf(path.join(SOURCE, "core/x.ts"), text)).toEqual(["models.ts", "csv.ts"].map((name) => path.join(SOURCE, "core", name)))
  const long = ts.createSourceFile("a.ts", "const f = () => {\n\n\n}", ts.ScriptTarget.Latest, true)
  expect([longFunctions("a.ts", 4, long), longFunctions("a.ts", 3, long)].map(({ length }) => length)).toEqual([0, 1])
})

describe("imports", () => {
  test("every one leads to a file", () => {
    expect([...imports.values()].flat().filter((file) => !fs.existsSync(file))).toEqual([])
    expect(imports.get(path.join(SOURCE, "Page.svelte"))!.length).toBeGreaterThan(10)
  })

  test("no file imports itself by way of others", () => {
    expect(circle(imports)?.map((file) => path.relative(SOURCE, file)) ?? []).toEqual([])
  })

  test("core knows nothing of the page, parts nothing of its sections", () => {
    expect(strays("core", ["core"])).toEqual([])
    expect(strays("parts", ["core", "parts", ""])).toEqual([])
  })
})

describe("size", () => {
  const files = [...sources, ...walk(path.join(SVELTE, "tests"))]

  test("no file has more than 300 lines", () => {
    const long = files.filter((file) => fs.readFileSync(file, "utf8").trimEnd().split("\n").length > 300)
    expect(long.map((file) => path.relative(SVELTE, file))).toEqual([])
  })

  test("no function has more than 60 lines", () => {
    expect(files.flatMap((file) => longFunctions(file, 60))).toEqual([])
  })
})
