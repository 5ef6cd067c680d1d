import { comboName } from "./actions"
import type { Place } from "./models"
import type { OutputData, OutputType, Props } from "./props"

/** One network output. `key` ("v", "a3", "g1-4-7", "taken") stands for it in the URL and in maps. */
export interface Output {
  key: string
  type: OutputType
  data: OutputData
}

export function outputKey(type: OutputType, data: OutputData): string {
  if (type === "v") return "v"
  if (type === "action_taken") return "taken"
  return type === "action" ? `a${data}` : `g${(data as number[]).join("-")}`
}

/** Outputs in order of first appearance, without repetitions. */
export function listOutputs(metadata: { type: OutputType[]; data: OutputData[] }): Output[] {
  const found = new Map<string, Output>()
  metadata.type.forEach((type, i) => {
    const key = outputKey(type, metadata.data[i])
    if (!found.has(key)) found.set(key, { key, type, data: metadata.data[i] })
  })
  return [...found.values()]
}

/** The word common to all combos of a group and to no other: "any RIGHT"; else the combos themselves. */
function groupName(group: number[], combos: string[][]): string {
  const inside = (key: string) => group.every((i) => combos[i]?.includes(key))
  const outside = (key: string) => combos.some((combo, i) => !group.includes(i) && combo.includes(key))
  const key = (combos[group[0]] ?? []).find((k) => inside(k) && !outside(k))
  return key ? `any ${comboName([key])}` : `any of ${group.map((i) => comboName(combos[i] ?? [])).join(" ")}`
}

export function outputName(output: Output, combos: string[][]): string {
  if (output.type === "v") return "value function"
  if (output.type === "action_taken") return "logit of the action taken"
  if (output.type === "action") return `logit of ${comboName(combos[output.data as number] ?? [`${output.data}`])}`
  return `logits of ${groupName(output.data as number[], combos)}`
}

/** The output's name and, of the action taken, which that is at a place. */
export function outputNameAt(output: Output, { trajectory, frame }: Place, props: Pick<Props, "trajectories" | "action_combos">): string {
  const name = outputName(output, props.action_combos)
  if (output.type !== "action_taken") return name
  const action = props.trajectories.actions[trajectory][frame]
  return `${name}, ${comboName(props.action_combos[action] ?? [`${action}`])}`
}

/** What features are directions of, in words; data that does not say is of the value function. */
export function featuresOf({ nmf_output, action_combos }: Pick<Props, "nmf_output" | "action_combos">): string {
  const { type, data } = nmf_output ?? { type: "v", data: null }
  if (type === "activations") return "the layer's activations"
  return `attribution of the ${outputName({ key: "", type, data }, action_combos)}`
}

/** The output at every frame of a trajectory; a group's is the sum of its logits, as its attribution is. */
export function outputValues(output: Output, trajectory: number, props: Props): number[] {
  const { values, policy_logits, actions } = props.trajectories
  if (output.type === "v") return values[trajectory]
  if (output.type === "action_taken") return policy_logits[trajectory].map((logits, t) => logits[actions[trajectory][t]] ?? NaN)
  const members = output.type === "action" ? [output.data as number] : (output.data as number[])
  return policy_logits[trajectory].map((logits) => members.reduce((sum, i) => sum + (logits[i] ?? NaN), 0))
}
