import { drawFigure, svgFigure } from "../../core/picture"
import { viewFigure } from "../../exports"
import type { InterfaceState } from "../../state.svelte"
import type { Save } from "./saving.svelte"

/** The figure on view as PNG, of so many pixels for each of the usual size. */
export const pngOf = (view: InterfaceState, name: string, scale: number): Save => async (get) => {
  const canvas = await drawFigure(await viewFigure(view), get, scale)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve))
  if (!blob) throw new Error("The picture is too large for this browser.")
  return { name: `${name}-frame-${view.frame + 1}${scale === 1 ? "" : `@${scale}x`}.png`, content: blob }
}

export const svgOf = (view: InterfaceState, name: string): Save => async (get) => {
  const content = new Blob([await svgFigure(await viewFigure(view), get)], { type: "image/svg+xml" })
  return { name: `${name}-frame-${view.frame + 1}.svg`, content }
}
