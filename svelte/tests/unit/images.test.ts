import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { isThere, Pictures } from "../../src/core/images"

/** Of every image. */
let side = 4096
const noBitmap = () => vi.stubGlobal("createImageBitmap", () => Promise.reject(new Error()))

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
      naturalWidth = side
      naturalHeight = side
      onload = () => {}
      onerror = () => {}
      decode = async () => {}
      set src(address: string) {
        if (address) Promise.resolve().then(address === "missing" ? this.onerror : this.onload)
      }
    },
  )
})
afterEach(() => {
  side = 4096
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

test("what is damaged is an error that names it; only very wide strips are drawn without a bitmap", async () => {
  const pictures = new Pictures()
  await expect(pictures.get("missing")).rejects.toThrow("missing is missing or cannot be shown by this browser.")
  noBitmap()
  await expect(pictures.get("damaged")).rejects.toThrow("damaged is missing or cannot be shown by this browser.")
  side = 32768
  expect((await pictures.get("strip")).width).toBe(32768)
})
