// Where the page comes from, in words: for the panel, and for figures that leave the page.

/** A value of an option, as JSON has it. */
export type OptionValue = string | number | boolean | null | OptionValue[] | { [name: string]: OptionValue }

/** Where the page comes from. */
export interface Provenance {
  /** With which the same page is made; null of data that a program handed over. */
  command: string | null
  /** Of each model; sha256 is null where the file was not read. */
  checkpoints: { name: string; sha256: string | null }[]
  /** Those that differ from their defaults. */
  options: Record<string, OptionValue>
  /** How was played: seeds, and how much; null where the data was there already. */
  played: Record<string, OptionValue> | null
  /** YYYY-MM-DD, in UTC. */
  date: string
  versions: Record<string, string>
  /** Sentences on what the page could have and does not. */
  skipped: string[]
}

export interface ProvenancePart {
  title: string
  entries: [string, string][]
}

/** What of the page's data tells where it comes from. */
interface Source {
  provenance?: Provenance
  env_options?: Record<string, string | number | boolean | null> | null
  episodes?: { level?: number | null }[]
  models?: { name: string }[]
  run_id?: string
}

const PROGRAM = "understanding-rl-vision"

const inWords = (value: OptionValue): string => (typeof value === "string" ? value : JSON.stringify(value))

const entriesOf = (options: Record<string, OptionValue>) =>
  Object.entries(options).map(([name, value]): [string, string] => [name, inWords(value)])

/** Which levels were played; null where the data does not tell. */
export function levelsOf({ episodes, env_options }: Source): string | null {
  const known = (episodes ?? []).flatMap(({ level }) => (typeof level === "number" ? [level] : []))
  if (known.length) return [...new Set(known)].sort((a, b) => a - b).join(", ")
  const [count, start] = [env_options?.num_levels, env_options?.start_level ?? 0].map((value) =>
    typeof value === "number" ? value : null,
  )
  if (count === null) return null
  const from = start ?? 0
  return count === 0 ? "drawn by the seed from all that the game has" : `drawn by the seed from ${from} to ${from + count - 1}`
}

/** The parts of the panel, without those that are empty. */
export function provenanceParts(props: Source): ProvenancePart[] {
  const { provenance, env_options, models } = props
  const levels = levelsOf(props)
  const checkpoints = (provenance?.checkpoints ?? []).map(({ name, sha256 }, i): [string, string] => [
    models?.[i] ? `${models[i].name}: ${name}` : name,
    sha256 ? `SHA-256 ${sha256}` : "not read: the files of an earlier run were",
  ])
  const made: [string, string][] = [
    ...(provenance ? [["date", `${provenance.date} (UTC)`] as [string, string]] : []),
    ...(props.run_id ? [["run", props.run_id] as [string, string]] : []),
    ...Object.entries(provenance?.versions ?? {}),
  ]
  const parts: ProvenancePart[] = [
    { title: provenance && provenance.checkpoints.length > 1 ? "Checkpoints" : "Checkpoint", entries: checkpoints },
    { title: "Made with", entries: made },
    { title: "Options that differ from their defaults", entries: entriesOf(provenance?.options ?? {}) },
    { title: "How was played", entries: [...entriesOf(provenance?.played ?? {}), ...(levels ? [["levels", levels] as [string, string]] : [])] },
    { title: "What was played", entries: entriesOf(env_options ?? {}) },
  ]
  return parts.filter(({ entries }) => entries.length)
}

/** One line for below a figure; null where the data does not tell. */
export function provenanceLine({ provenance, run_id }: Source): string | null {
  if (!provenance && !run_id) return null
  const version = provenance?.versions[PROGRAM]
  return [
    ...(provenance?.checkpoints ?? []).map(({ name, sha256 }) => (sha256 ? `${name} (SHA-256 ${sha256.slice(0, 12)}…)` : name)),
    ...(version ? [`${PROGRAM} ${version}`] : []),
    ...(provenance ? [provenance.date] : []),
    ...(run_id ? [`run ${run_id.slice(0, 12)}`] : []),
  ].join(", ")
}
