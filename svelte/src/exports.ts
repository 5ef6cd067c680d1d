// What leaves the page: the trajectory's numbers and a picture of the view, from the state.
import { toCsv, trajectoryTable, type TotalsColumns } from "./core/csv"
import { figureOf, type Figure } from "./core/figure"
import { legendOf } from "./core/legend"
import type { ShownRow } from "./core/rows"
import { loadLargest, loadTotals, type Totals } from "./core/totals"
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

/** The figure on view, once all of its numbers are there. */
export async function viewFigure(view: InterfaceState): Promise<Figure> {
  const rows = view.shown.map(async (row) => ({
    row,
    totals: row.place && (await totalsOf(view, row, row.place.trajectory)),
    largest: await loadLargest(view.json, view.catalogue.allTotals(row.layer, row.output.key)),
  }))
  return figureOf(view, await Promise.all(rows))
}
