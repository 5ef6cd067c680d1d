import { comboWords } from "./actions"
import type { Episode } from "./episodes"
import { listModels, ownerOf } from "./models"
import { outputName, type Output } from "./outputs"
import type { OutputType, Props } from "./props"
import type { Totals } from "./totals"
import { unitOf } from "./units"

export type Cell = string | number | null | undefined

const quote = (cell: Cell) => {
  const text = cell === null || cell === undefined ? "" : `${cell}`
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const toCsv = (rows: Cell[][]) => rows.map((row) => row.map(quote).join(",") + "\n").join("")

/** Attribution totals to go along: of one output and layer, with the names of its features. */
export interface TotalsColumns {
  layer: string
  output: Output
  /** Null where the trajectory has none. */
  totals: Totals | null
  names: string[]
}

/** Everything known of a trajectory, a line per frame; trajectories (of a model), frames and episodes count from 1. */
export function trajectoryTable(trajectory: number, props: Props, episodes: Episode[], extra: TotalsColumns[]): Cell[][] {
  const { actions, rewards, dones, policy_logits, values, advantages } = props.trajectories
  const own = episodes.filter((episode) => episode.trajectory === trajectory)
  const combos = props.action_combos
  const models = listModels(props)
  const { model, number } = ownerOf(models, trajectory)
  const several = models.length > 1
  const unit = (type: OutputType) => unitOf(type, props) && " (% of a success)"
  const heading: Cell[] = [
    ...(several ? ["model"] : []),
    ...["trajectory", "frame", "episode", "action", "keys", "reward", "done", `value${unit("v")}`, `advantage${unit("v")}`],
    ...combos.map((combo) => `logit ${comboWords(combo)}`),
    ...extra.flatMap(({ layer, output, names }) =>
      [...names, "residual"].map((name) => `${layer} ${outputName(output, combos)}: ${name}${unit(output.type)}`),
    ),
  ]
  const lines = values[trajectory].map((value, t): Cell[] => [
    ...(several ? [models[model].name] : []),
    number + 1,
    t + 1,
    own.findIndex(({ start, end }) => start <= t && t <= end) + 1,
    actions[trajectory][t],
    comboWords(combos[actions[trajectory][t]] ?? []),
    rewards[trajectory][t],
    dones[trajectory][t],
    value,
    advantages[trajectory][t],
    ...combos.map((_, i) => policy_logits[trajectory][t][i]),
    ...extra.flatMap(({ totals, names }) => [...names.map((_, k) => totals?.channels[t]?.[k]), totals?.residual[t]]),
  ])
  return [heading, ...lines]
}
