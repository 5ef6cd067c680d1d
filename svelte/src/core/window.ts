/** First frame of the part of the timeline in view, after a move to `frame`: moved only as far as needed. */
export function followFrame(start: number, frame: number, visible: number, total: number): number {
  if (total <= visible) return 0
  const margin = Math.floor(visible / 8)
  const inside = frame >= start && frame < start + visible
  const centred = frame - Math.floor(visible / 2)
  const nudged = Math.min(Math.max(start, frame + margin + 1 - visible), frame - margin)
  return Math.min(Math.max(inside ? nudged : centred, 0), total - visible)
}
