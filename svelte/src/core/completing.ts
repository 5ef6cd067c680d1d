// Data of any version, the original system's among them, with what they lack.

import type { Colors, Formatting, Props, Subdirs, Trajectories } from "./props"

const SUBDIRS: Subdirs = {
  observations: "observations/",
  trajectories: "trajectories/",
  trajectories_scrub: "trajectories_scrub/",
  features: "features/",
  thumbnails: "thumbnails/",
  attribution: "attribution/",
  attribution_scrub: "attribution_scrub/",
  features_grids: "features_grids/",
  attribution_totals: "attribution_totals/",
  attribution_values: "attribution_values/",
}

const FORMATTING: Formatting = {
  video_height: "16em",
  video_width: "16em",
  video_speed: 12,
  policy_display_height: "2em",
  policy_display_width: "40em",
  navigator_width: "24em",
  scrubber_height: "4em",
  scrubber_width: "48em",
  scrubber_visible_duration: 256,
  legend_item_height: "6em",
  legend_item_width: "6em",
  feature_viewer_height: "40em",
  feature_viewer_width: "40em",
  attribution_weight: 0.9,
}

const COLORS: Colors = {
  features: [],
  actions: [],
  graphs: { v: "green", action: "red", action_group: "orange", advantage: "blue" },
  trajectory: "blue",
}

/** What no page can do without: rewards, dones, logits and advantages may be missing, frames may not. */
function missing(raw: Partial<Props>): string | null {
  if (!Array.isArray(raw.layers)) return "layers"
  if (!Array.isArray(raw.trajectories?.values)) return "trajectories.values"
  return null
}

/** Props with every required key present; throws an Error naming the key that cannot be filled. */
export function completeProps(raw: Partial<Props>): Props {
  const key = missing(raw)
  if (key) throw new Error(`The data of this page has no "${key}": it was not made by this program, or is cut short.`)
  const given = raw.trajectories as Partial<Trajectories> & Pick<Trajectories, "values">
  const blank = given.values.map((row) => row.map(() => 0))
  return {
    ...(raw as Props),
    input_layer: raw.input_layer ?? "input",
    layers: raw.layers as string[],
    features: raw.features ?? [],
    attributions: raw.attributions ?? [],
    attribution_policy: raw.attribution_policy ?? false,
    attribution_single_channels: raw.attribution_single_channels ?? false,
    attribution_totals: raw.attribution_totals ?? [],
    colors: { ...COLORS, ...raw.colors, graphs: { ...COLORS.graphs, ...raw.colors?.graphs } },
    action_combos: raw.action_combos ?? [],
    action_groups: raw.action_groups ?? [],
    trajectories: {
      values: given.values,
      actions: given.actions ?? blank,
      rewards: given.rewards ?? blank,
      dones: given.dones ?? blank,
      policy_logits: given.policy_logits ?? blank.map((row) => row.map(() => [])),
      advantages: given.advantages ?? blank,
    },
    bookmarks: { high: raw.bookmarks?.high ?? [], low: raw.bookmarks?.low ?? [] },
    vis_defaults: raw.vis_defaults ?? { subdiv_mult: 1, expand_mult: 4 },
    subdirs: { ...SUBDIRS, ...raw.subdirs },
    formatting: { ...FORMATTING, ...raw.formatting },
    json_preloaded: raw.json_preloaded ?? {},
  }
}
