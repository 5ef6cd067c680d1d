import { expect, test } from "vitest"
import { framesOf } from "../../src/core/frames"
import { changed, GifMaker } from "../../src/core/gif"

test("frames of a film: within the trajectory, in order whichever end is given first", () => {
  expect(framesOf(3, 6, 40)).toEqual([3, 4, 5, 6])
  expect(framesOf(6, 4, 40)).toEqual([4, 5, 6])
  expect(framesOf(38, 99, 40)).toEqual([38, 39])
  expect(framesOf(-5, 0.4, 40)).toEqual([0])
})

test("what changed from one frame to the next: all at first", () => {
  const frame = Uint32Array.from([1, 2, 3])
  expect(changed(frame, null)).toEqual([0, 1, 2])
  expect(changed(Uint32Array.from([1, 9, 3]), frame)).toEqual([1])
  expect(changed(frame, frame)).toEqual([])
})

test("a GIF: its size, a picture for each frame, the time of each, that it goes on and on", () => {
  const frame = (shade: number) => {
    const rgba = new Uint8ClampedArray(4 * 4 * 4).fill(255)
    rgba.set([shade, 0, 0], 0)
    return rgba
  }
  const maker = new GifMaker(4, 4)
  for (const shade of [200, 100, 100]) maker.add(frame(shade), 1 / 10)
  const bytes = Buffer.from(maker.finish())
  expect(bytes.subarray(0, 6).toString()).toBe("GIF89a")
  expect([bytes.readUInt16LE(6), bytes.readUInt16LE(8)]).toEqual([4, 4])
  expect(bytes.includes("NETSCAPE2.0")).toBe(true)
  expect(bytes.at(-1)).toBe(0x3b)
  // Graphic control extensions: 21 f9 04, flags, hundredths of a second, the transparent index.
  const delays: number[] = []
  for (let i = bytes.indexOf("21f904", 0, "hex"); i >= 0; i = bytes.indexOf("21f904", i + 1, "hex")) {
    delays.push(bytes.readUInt16LE(i + 4))
    expect(bytes[i + 3] & 1).toBe(1)
  }
  expect(delays).toEqual([10, 10, 10])
})
