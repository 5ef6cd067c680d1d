import fs from "node:fs"
import path from "node:path"
import { createGenerator } from "ts-json-schema-generator"
import { expect, test } from "vitest"
import { ROOT } from "../pages.mjs"

const CORE = path.join(ROOT, "svelte/src/core")

// Python's tests hold their pages against the schema, so it has to say what these types say.
test("the schema of the page's data is that of the types; npm run schema writes it", () => {
  const made = createGenerator({
    path: path.join(CORE, "props.ts"),
    tsconfig: path.join(ROOT, "svelte/tsconfig.json"),
    type: "*",
    functions: "hide",
    skipTypeCheck: true,
  }).createSchema("*")
  expect(JSON.parse(fs.readFileSync(path.join(CORE, "props.schema.json"), "utf8"))).toEqual(JSON.parse(JSON.stringify(made)))
})
