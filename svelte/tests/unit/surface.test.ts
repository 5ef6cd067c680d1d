import { expect, test } from "vitest"
import { svgFile, svgSurface } from "../../src/core/surface"

const picture = { source: {} as CanvasImageSource, width: 8, height: 8 }

function drawn() {
  const cuts: unknown[] = []
  const made = svgSurface(
    (text) => 10 * text.length,
    (_, part, grey) => {
      cuts.push([part, grey])
      return "data:image/png;base64,AA"
    },
  )
  return { ...made, cuts }
}

test("texts: escaped, aligned, squeezed only where they are too wide", () => {
  const { surface, elements } = drawn()
  expect(surface.write('a < "b" & c', 1.23456, 2)).toBe(110)
  surface.write("wide", 0, 0, { font: "600 18px", color: "#ff0000", align: "right", width: 30, opacity: 0.25 })
  surface.write("wide", 0, 0, { width: 50 })
  expect(elements[0]).toBe('<text x="1.23" y="2" font-size="14px" font-weight="400" fill="#000000">a &#60; &#34;b&#34; &#38; c</text>')
  expect(elements[1]).toBe(
    '<text x="0" y="0" font-size="18px" font-weight="600" fill="#ff0000" text-anchor="end" textLength="30" lengthAdjust="spacingAndGlyphs" opacity="0.25">wide</text>',
  )
  expect(elements[2]).not.toContain("textLength")
})

test("rectangles and parts of pictures", () => {
  const { surface, elements, cuts } = drawn()
  surface.fill([1, 2, 3, 4], "#00ff00", 0.25)
  surface.outline([1, 2, 3, 0.2], "#00ff00", true)
  surface.image(picture, [4, 0, 4, 4], [16, 64, 384, 384], { grey: true, opacity: 0.9 })
  expect(elements).toEqual([
    '<rect x="1" y="2" width="3" height="4" fill="#00ff00" opacity="0.25"/>',
    '<rect x="1.5" y="2.5" width="2" height="0" fill="none" stroke="#00ff00" stroke-dasharray="4 3"/>',
    '<image x="16" y="64" width="384" height="384" preserveAspectRatio="none" style="image-rendering:pixelated" opacity="0.9" href="data:image/png;base64,AA"/>',
  ])
  expect(cuts).toEqual([[[4, 0, 4, 4], true]])
})

test("the file has a title and a description for those who do not see it", () => {
  const file = svgFile(10, 20, "coin & run", "Frame 3.", ["<rect/>"])
  expect(file).toContain('width="10" height="20" viewBox="0 0 10 20"')
  expect(file).toContain("<title>coin &#38; run</title>\n<desc>Frame 3.</desc>\n<rect/>\n</svg>")
})
