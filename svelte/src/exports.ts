// What leaves the page: numbers and figures, from the state.
import { toCsv, trajectoryTable, type TotalsColumns } from "./core/csv"
import { everyTotals, everythingJson, everythingTable, type Summed } from "./core/everything"
import { figureOf, type Figure } from "./core/figure"
import { legendOf } from "./core/legend"
import { shownRow, type ShownRow } from "./core/rows"
import type { Scene } from "./core/scene"
import { loadLargest, loadTotals, type Totals } from "./core/totals"
import { plainStories } from "./core/stories"
import type { InterfaceState } from "./state.svelte"

/** Totals of a row's output in a trajectory, or null where the data has none. */
async function totalsOf(view: InterfaceState, { layer, output }: ShownRow, trajectory: number): Promise<Totals | null> {
  const paths = view.catalogue.totals(layer, trajectory, output.key)
  return paths && loadTotals(view.json, paths)
}

/** CSV of the shown trajectory, with the totals of the rows shown. */
export async function trajectoryCsv(view: InterfaceState): Promise<string> {
  const { trajectory, props, episodes } = view
  const extra: TotalsColumns[] = []
  for (const row of view.shown.filter(({ model }) => model === view.model)) {
    const totals = await totalsOf(view, row, trajectory)
    const features = legendOf(view, row.layer).entries.filter(({ channel }) => channel !== "res")
    if (totals) extra.push({ layer: row.layer, output: row.output, totals, names: features.map(({ name }) => name) })
  }
  return toCsv(trajectoryTable(trajectory, props, episodes, extra))
}

/** The totals of all layers, outputs and trajectories. */
const allTotals = ({ props, catalogue, json }: InterfaceState): Promise<Summed<Totals>[]> =>
  Promise.all(
    everyTotals(props, catalogue).map(async ({ layer, output, totals }) => ({
      layer,
      output,
      totals: await Promise.all(totals.map((paths) => paths && loadTotals(json, paths))),
    })),
  )

/** CSV of all trajectories, with the totals of all layers and outputs. */
export async function everythingCsv(view: InterfaceState): Promise<string> {
  return toCsv(everythingTable(view.props, view.episodes, view.names, await allTotals(view)))
}

/** The same as JSON, with where it comes from and what the reader wrote. */
export async function everythingAsJson(view: InterfaceState): Promise<string> {
  const { writings, props, episodes } = view
  const written = { feature_labels: writings.names, stories: plainStories(writings.stories) }
  return JSON.stringify(everythingJson(props, episodes, await allTotals(view), written))
}

/** What is on view, at a frame of the trajectory. */
function sceneAt(view: InterfaceState, frame: number): Scene {
  const { props, catalogue, models, episodes, names, trajectory, layer, rows } = view
  const { overlay, combine, residual, compare, ownScale, pin } = view
  return { props, catalogue, models, episodes, names, trajectory, layer, rows, frame, overlay, combine, residual, compare, ownScale, pin, hover: null }
}

async function figureAt(view: InterfaceState, scene: Scene, shown: ShownRow[]): Promise<Figure> {
  const rows = shown.map(async (row) => ({
    row,
    totals: row.place && (await totalsOf(view, row, row.place.trajectory)),
    largest: await loadLargest(view.json, view.catalogue.allTotals(row.layer, row.output.key)),
  }))
  return figureOf(scene, await Promise.all(rows))
}

/** The figure on view, once all of its numbers are there. */
export const viewFigure = (view: InterfaceState): Promise<Figure> => figureAt(view, view, view.shown)

/** The figures of frames of the trajectory on view. */
export function frameFigures(view: InterfaceState, frames: number[]): Promise<Figure[]> {
  return Promise.all(
    frames.map((frame) => {
      const scene = sceneAt(view, frame)
      return figureAt(view, scene, scene.rows.map((row) => shownRow(scene, row)))
    }),
  )
}
