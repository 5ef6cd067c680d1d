// gifenc has no types of its own: those of what is used of it.
declare module "gifenc" {
  type Palette = number[][]
  interface FrameOptions {
    palette: Palette
    /** Milliseconds. */
    delay: number
    transparent: boolean
    transparentIndex: number
    /** 1: the next frame is laid over this one. */
    dispose: number
  }
  export function GIFEncoder(): {
    writeFrame(indices: Uint8Array, width: number, height: number, options: FrameOptions): void
    finish(): void
    bytes(): Uint8Array
  }
  export function quantize(rgba: Uint8Array, colours: number): Palette
  export function applyPalette(rgba: Uint8Array, palette: Palette): Uint8Array
}
