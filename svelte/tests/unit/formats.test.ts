import { expect, test } from "vitest"
import { comboName } from "../../src/core/actions"
import { formatNumber, formatPercent, formatSigned } from "../../src/core/format"
import formats from "../formats.json"

// The same table holds for the pages that Python writes: tests/pages/test_formats.py.
const FORMATS: Record<string, (value: any) => string> = {
  number: (value) => formatNumber(value),
  "two figures": (value) => formatNumber(value, 2),
  signed: (value) => formatSigned(value),
  percent: formatPercent,
  action: comboName,
}

test.each(Object.entries(formats))("%s", (name, cases) => {
  expect(cases.map(([value]) => FORMATS[name](value))).toEqual(cases.map(([, text]) => text))
})
