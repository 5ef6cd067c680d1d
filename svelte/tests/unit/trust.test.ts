import { describe, expect, test } from "vitest"
import { accountFor, integrationText, isLarge, trustOf, waterfall, type Accounted } from "../../src/core/trust"

const totals = { channels: [[1, -0.25], [2, 0]], residual: [0.5, -3] }
const gaps = { baseline: 3, gaps: [0.25, 0.5] }
const parts = (change: Partial<Accounted> = {}): Accounted => ({ output: 9, features: 0.75, residual: 0.5, gap: 0.25, isRounding: false, ...change })
const numbers = (change: Partial<Accounted>, whole = false) => trustOf(parts(change), "V", whole).steps.map(({ number }) => number)

test("what accounts for the output: features, residual and gap of the frame", () => {
  expect(accountFor(0, totals, gaps, 9)).toEqual(parts())
  expect(accountFor(0, totals, gaps, null).output).toBe(4.5)
  expect(accountFor(0, totals, null, 9)).toEqual(parts({ gap: null }))
})

test("a difference that is but rounding is none", () => {
  const none = { channels: [[]], residual: [0] }
  expect([3e-8, 1e-4].map((gap) => accountFor(0, none, { baseline: 0.5, gaps: [gap] }, null).isRounding)).toEqual([true, false])
  const trust = trustOf(parts({ isRounding: true }), "V", false)
  expect(trust.steps.map(({ word, number }) => [word, number])).toEqual([["V(0)", "9"], ["V(x)", "9"]])
  expect(trust.remark).toBe("nothing to explain")
  expect(waterfall(trust)).toEqual([])
})

describe("what is written adds up", () => {
  const value = (text: string) => Number(text.replace("−", "-").replace(",", ""))

  test.each([
    [{ output: 8.6349, features: -0.3149, residual: 0.2649, gap: -0.1249 }],
    [{ output: -1, features: 1 / 3, residual: 1 / 3, gap: 1 / 3 }],
    [{ output: 1234.5678, features: 0.00123, residual: -0.00456, gap: 0.00789 }],
    [{ output: 0.17, features: 0, residual: 0.05, gap: 0.02 }],
    [{ output: 25000, features: 1000.4, residual: 900.4, gap: 700.4 }],
  ])("%j", (change) => {
    const written = numbers(change).map(value)
    const last = written.pop()!
    expect(written.reduce((a, b) => a + b)).toBeCloseTo(last, 8)
    expect(Math.abs(last - change.output)).toBeLessThanOrEqual(0.005 * Math.abs(change.output))
    expect(written[1]).toBeCloseTo(change.features, 1 - Math.floor(Math.log10(Math.abs(change.features) || 1)))
  })

  test("with as many decimals as the largest part asks for, and signs", () => {
    expect(numbers({})).toEqual(["7.500", "+0.750", "+0.500", "+0.250", "9.000"])
    expect(numbers({ features: -20 })).toEqual(["28.3", "−20.0", "+0.5", "+0.2", "9.0"])
    expect(numbers({}, true)).toEqual(["7.50", "+1.25", "+0.25", "9.00"])
    expect(numbers({ gap: null })).toEqual(["+0.750", "+0.500", "unknown"])
  })
})

test("a gap is large beside what is explained and what explains it", () => {
  const large = (features: number, residual: number, gap: number | null) => isLarge(parts({ features, residual, gap }))
  expect([large(1, 1, 0.4), large(1, 1, 0.7), large(1, 0, -0.3)]).toEqual([false, true, true])
  // Of a small difference of large parts, a small gap is none.
  expect([large(5, -5, 0.1), large(5, -5, 2), large(1, 1, null)]).toEqual([false, true, false])
  expect(trustOf(parts({ gap: 3 }), "V", false).remark).toMatch(/large gap.*attr_integrate_steps/)
})

test("how attribution was integrated is told, of data of any age", () => {
  expect(integrationText({ rule: "adaptive", points: 20 })).toMatch(/20 points, and more where .* missing .*adaptive/)
  expect(integrationText({ rule: "right", points: 10 })).toMatch(/10 evenly spaced points .*right/)
  expect(integrationText(undefined)).toBe("Integrated over evenly spaced points.")
})

test("in the chart each step begins where the one before ends", () => {
  const bars = waterfall(trustOf(parts({ residual: -1.25, gap: 0.5 }), "V", false))
  expect(bars).toEqual([
    { kind: "level", top: 0.6, height: 0 },
    { kind: "features", top: 0, height: 0.6 },
    { kind: "residual", top: 0, height: 1 },
    { kind: "gap", top: 0.6, height: 0.4 },
    { kind: "level", top: 0.6, height: 0 },
  ])
  expect(waterfall(trustOf(parts({ gap: null }), "V", false))).toEqual([])
})
