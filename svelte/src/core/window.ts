/** First frame of the part of the timeline in view, after a move to `frame`: moved only as far as needed. */
export function followFrame(start: number, frame: number, visible: number, total: number): number {
  if (total <= visible) return 0
  const margin = Math.floor(visible / 8)
  const inside = frame >= start && frame < start + visible
  const centred = frame - Math.floor(visible / 2)
  const nudged = Math.min(Math.max(start, frame + margin + 1 - visible), frame - margin)
  return Math.min(Math.max(inside ? nudged : centred, 0), total - visible)
}

/** Frames in view at least, where there are as many. */
const LEAST = 16

/** The part in view after a zoom: `factor` times as many frames, of which the frame `at` keeps its place. */
export function zoomed(start: number, visible: number, total: number, factor: number, at: number): { start: number; visible: number } {
  const wanted = Math.min(Math.max(Math.round(visible * factor), Math.min(LEAST, total)), total)
  const share = (at + 0.5 - start) / visible
  const begin = Math.round(at + 0.5 - share * wanted)
  return { start: Math.min(Math.max(begin, 0), total - wanted), visible: wanted }
}
