import { makeCatalogue } from "../../src/core/catalogue"
import { listEpisodes } from "../../src/core/episodes"
import { listModels } from "../../src/core/models"
import { completeProps } from "../../src/core/completing"
import type { Direction, OutputData, OutputType, Props } from "../../src/core/props"
import type { Scene } from "../../src/core/scene"

const OUTPUTS: [OutputType, OutputData][] = [["v", null], ["action", 1]]

/** Attribution of both outputs at a layer, of three features and the residual. */
function attribution(layer: string, trajectory: number): Props["attributions"][number] {
  const files = OUTPUTS.flatMap(([type, data]) =>
    (["abs", "pos", "neg"] as Direction[]).flatMap((direction) =>
      (layer === "input" ? ["prin", "all"] as const : ["prin", "all", 0, 1, 2, "res"] as const).map((channel) => ({ type, data, direction, channel })),
    ),
  )
  const column = <K extends "type" | "data" | "direction" | "channel">(key: K) => files.map((file) => file[key])
  return {
    layer,
    trajectory,
    images: files.map(({ type, direction, channel }) => `${layer}_${trajectory}_${type}_${direction}_${channel}.png`),
    metadata: { type: column("type"), data: column("data"), direction: column("direction"), channel: column("channel") },
  }
}

/**
 * A scene of two models with a trajectory of six frames each. Levels of the first begin at frames 0, 3 and 5, of the
 * second at 0 and 2.
 */
export function makeScene(change: Partial<Scene> = {}, raw: Partial<Props> = {}): Scene {
  const rows = (row: number[]) => [row, row]
  const layers = ["input", "1a", "2b"]
  const props = completeProps({
    layers,
    attributions: layers.flatMap((layer) => [0, 1].map((trajectory) => attribution(layer, trajectory))),
    attribution_totals: ["1a", "2b"].flatMap((layer) =>
      [0, 1].map((trajectory) => ({
        layer,
        trajectory,
        channels: OUTPUTS.map(([type]) => `${layer}_${trajectory}_${type}_channels.json`),
        residuals: OUTPUTS.map(([type]) => `${layer}_${trajectory}_${type}_residuals.json`),
        metadata: { type: OUTPUTS.map(([type]) => type), data: OUTPUTS.map(([, data]) => data) },
      })),
    ),
    attribution_single_channels: true,
    action_combos: [[], ["RIGHT"]],
    colors: { features: ["#ff0000", "#00ff00", "#0000ff"] } as Props["colors"],
    models: [{ name: "original", trajectories: [0] }, { name: "edited", trajectories: [1] }],
    trajectories: {
      values: rows([1, 2, 3, 4, 5, 6]),
      dones: [[0, 0, 1, 0, 1, 0], [0, 1, 0, 0, 0, 0]],
      actions: rows([0, 1, 0, 1, 0, 1]),
    } as Props["trajectories"],
    ...raw,
  })
  const models = listModels(props)
  return {
    props,
    catalogue: makeCatalogue(props),
    models,
    episodes: listEpisodes(props.trajectories, models),
    names: { "2b": { 1: "coin" } },
    layer: "2b",
    trajectory: 0,
    frame: 0,
    rows: [{ output: "v", layer: null, channel: null, model: null }],
    overlay: true,
    combine: false,
    residual: false,
    compare: false,
    ownScale: false,
    pin: null,
    hover: null,
    ...change,
  }
}
