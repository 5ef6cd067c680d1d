import { expect, test } from "vitest"
import { addressOf, embedCode, isEmbedded, withWritings } from "../../src/core/sharing"

test("addresses of the figure alone and of the page", () => {
  expect([isEmbedded("?embed=1"), isEmbedded("?embed=0"), isEmbedded("")]).toEqual([true, false, false])
  const embedded = addressOf("https://a.org/interface.html?x=2#old", "#layer=2b&frame=3", true)
  expect(embedded).toBe("https://a.org/interface.html?x=2&embed=1#layer=2b&frame=3")
  expect(addressOf(embedded, "#frame=4", false)).toBe("https://a.org/interface.html?x=2#frame=4")
  expect(embedCode("https://a.org/i.html", '#layer="b"&frame=3')).toContain('src="https://a.org/i.html?embed=1#layer=%22b%22&amp;frame=3"')
})

test("a saved page has the reader's names and stories in place of its own, and opens on the first note", () => {
  const stories = [{ name: "Coin", summary: "", notes: [] }]
  const data = { layers: ["2b"], annotations: [1], opening: {}, feature_labels: { "2b": {} } }
  expect(withWritings(data, { "2b": { 0: "coin" } }, stories)).toEqual({ layers: ["2b"], feature_labels: { "2b": { 0: "coin" } }, stories })
})
