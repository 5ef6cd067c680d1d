// What leaves the page: the trajectory's numbers and a picture of the view, from the state.
import { comboName } from "./core/actions"
import { toCsv, trajectoryTable, type TotalsColumns } from "./core/csv"
import { outputName } from "./core/outputs"
import { featureName } from "./core/labels"
import type { Place } from "./core/models"
import type { LayerOfScreen, RowPicture, ViewPicture } from "./core/picture"
import type { Direction } from "./core/props"
import type { ShownRow } from "./core/rows"
import { loadTotals } from "./core/totals"
import type { InterfaceState } from "./state.svelte"

const numbers = (count: number) => [...Array(count).keys()]

/** CSV of the shown trajectory, with the totals of the rows shown. */
export async function trajectoryCsv(view: InterfaceState): Promise<string> {
  const extra: TotalsColumns[] = []
  for (const { layer, output } of view.shown.filter(({ model }) => model === view.model)) {
    const totals = await loadTotals(view, layer, view.trajectory, output.key)
    if (!totals) continue
    const names = numbers(view.catalogue.directions(layer)).map((k) => featureName(view.names, layer, k))
    extra.push({ layer, output, totals, names })
  }
  return toCsv(trajectoryTable(view.trajectory, view.props, view.episodes, extra))
}

function screensOf(view: InterfaceState, row: ShownRow, place: Place): RowPicture["screens"] {
  const { subdirs, layout, formatting } = view.props
  const { layer } = row
  const at = { frame: place.frame, total: view.frames(place.trajectory) }
  const observation = {
    ...at,
    directory: subdirs.trajectories,
    file: `${place.trajectory}.png`,
    sheet: layout?.trajectories,
    opacity: 1,
  }
  const attribution = (direction: Direction): LayerOfScreen[] => {
    const file = view.catalogue.image(layer, place.trajectory, row.output.key, direction, row.channel)
    const opacity = view.overlay ? formatting.attribution_weight : 1
    const sheet = layout?.attribution?.[layer]
    return [
      ...(view.overlay ? [{ ...observation, grey: true }] : []),
      ...(file ? [{ ...at, directory: subdirs.attribution, file, sheet, opacity, grey: false }] : []),
    ]
  }
  return [
    { title: "Observation", layers: [{ ...observation, grey: false }] },
    ...(view.combine
      ? [{ title: "Attribution", layers: attribution("abs") }]
      : [
          { title: "Positive attribution", layers: attribution("pos") },
          { title: "Negative attribution", layers: attribution("neg") },
        ]),
  ]
}

async function rowPicture(view: InterfaceState, row: ShownRow, place: Place, last: boolean): Promise<RowPicture> {
  const { props } = view
  const { layer } = row
  const totals = await loadTotals(view, layer, place.trajectory, row.output.key)
  const count = view.catalogue.directions(layer)
  const bars = totals
    ? [
        ...numbers(count).map((k) => ({
          name: featureName(view.names, layer, k),
          color: props.colors.features[k],
          value: totals.channels[place.frame][k],
        })),
        { name: view.catalogue.isWhole(layer) ? "all" : "residual", color: "#a0a0a0", value: totals.residual[place.frame] },
      ]
    : []
  const model = view.compare && view.models.length > 1 ? `${view.models[row.model].name}: ` : ""
  return {
    title: `${model}Attribution of the ${outputName(row.output, props.action_combos)}, layer ${layer}`,
    screens: screensOf(view, row, place),
    bars,
    scale: totals?.largest || 1,
    legend: bars.length && count && (last || view.compare) ? { thumbnails: `${props.subdirs.thumbnails}${layer}.png`, count } : null,
  }
}

export async function viewPicture(view: InterfaceState): Promise<ViewPicture> {
  const { props, trajectory, frame, total } = view
  const action = props.trajectories.actions[trajectory][frame]
  // Without those of a model that did not come to the level.
  const rows = view.shown.flatMap((row): [ShownRow, Place][] => (row.place ? [[row, row.place]] : []))
  return {
    title: props.env_name ?? "What the agent sees",
    subtitle: `${view.trajectoryName(trajectory)}, frame ${frame + 1} of ${total}, next action ${comboName(props.action_combos[action] ?? [`${action}`])}`,
    rows: await Promise.all(rows.map(([row, place], i) => rowPicture(view, row, place, i === rows.length - 1))),
  }
}
