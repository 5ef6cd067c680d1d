// A frame at the size of a stamp: its observation, and the attribution that a search was about.
import { attributionScreen, observationScreen, type Screen } from "./figure"
import type { Place } from "./models"
import type { Channel, Direction } from "./props"
import type { ShownRow } from "./rows"
import type { Scene } from "./scene"
import { isOfTotals, type Found, type Measure } from "./search"

/** The first of the wishes that the data has an image of; null where it has none. */
function available({ catalogue }: Scene, { layer, output }: ShownRow, { trajectory }: Place, wishes: [Direction, Channel][]) {
  const has = ([direction, channel]: [Direction, Channel]) => catalogue.image(layer, trajectory, output.key, direction, channel)
  return wishes.find(has) ?? null
}

/** What a row shows of attribution at a frame: that to the feature which was looked for, of the sign that it has there. */
export function shotScreens(scene: Scene, row: ShownRow, { episode, frame, value }: Found, by: Measure): Screen[] {
  const place = { trajectory: episode.trajectory, frame }
  const sign: Direction = !isOfTotals(by) ? "abs" : value < 0 ? "neg" : "pos"
  const all: Channel = scene.catalogue.isWhole(row.layer) ? "all" : "prin"
  const own: Channel = typeof by === "number" || by === "res" ? by : all
  const wish = available(scene, row, place, [[sign, own], [sign, all], ["abs", own], ["pos", all]])
  const observation = observationScreen(scene, place)
  return wish ? [observation, attributionScreen(scene, { ...row, channel: wish[1] }, place, wish[0])] : [observation]
}
