import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { isThere, Pictures } from "../../src/core/images"

/** In the place of the browser's: 64 MB each. */
class Bitmap {
  width = 4096
  close = () => (this.width = 0)
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal("ImageBitmap", Bitmap)
  vi.stubGlobal("createImageBitmap", async () => new Bitmap())
  vi.stubGlobal(
    "Image",
    class {
      naturalWidth = 4096
      naturalHeight = 4096
      src = ""
      decode = async () => {}
    },
  )
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test("beyond the budget the pictures unused for longest are closed, a moment after they were let go", async () => {
  const pictures = new Pictures()
  const [a, b] = [await pictures.get("a"), await pictures.get("b")]
  expect(pictures.peek("a")).toBe(a)
  await pictures.get("c")
  expect(pictures.peek("b")).toBeUndefined()
  expect(isThere(b)).toBe(true)
  vi.runAllTimers()
  expect([a, b].map(isThere)).toEqual([true, false])
  // Asked for again it is decoded again.
  expect(isThere(await pictures.get("b"))).toBe(true)
})

test("what is not there, and what cannot be had", () => {
  expect([null, undefined, new Error("missing")].map(isThere)).toEqual([false, false, true])
})
