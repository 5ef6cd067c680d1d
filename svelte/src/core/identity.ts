import type { Props } from "./props"

/** A hash of 64 bits, in hexadecimal digits (two rounds of FNV-1a, with different beginnings). */
function hash(text: string): string {
  let [low, high] = [2166136261, 40389 ^ text.length]
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 16777619)
    high = Math.imul(high ^ text.charCodeAt(i), 16777619) ^ (low >>> 15)
  }
  return (high >>> 0).toString(16).padStart(8, "0") + (low >>> 0).toString(16).padStart(8, "0")
}

/** Which run the data is of. Data that does not say is told by what was played and by its files. */
export function runIdentity({ run_id, layers, trajectories, attributions, features }: Props): string {
  if (run_id) return run_id
  const { actions, rewards, dones, values } = trajectories
  const files = [attributions.map(({ images }) => images), features.map(({ images }) => images)]
  return hash(JSON.stringify([layers, actions, rewards, dones, values, files]))
}
