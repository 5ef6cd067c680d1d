const PROGRAM = "understanding-rl-vision"

/** Text that this browser keeps under a key; null where there is none or the browser keeps nothing. */
function get(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** Keep the text under a key, or nothing if it is null; returns whether the browser did. */
function put(key: string, text: string | null): boolean {
  try {
    if (text === null) localStorage.removeItem(key)
    else localStorage.setItem(key, text)
    return true
  } catch {
    return false
  }
}

/** What was kept and cannot be read, and why. */
export interface Damaged {
  text: string
  reason: string
}

/**
 * What this browser keeps of a run: the same for all copies of its page that come from one server, and apart from that
 * of every other run, also at the same address.
 */
export class RunStore {
  #run: string

  constructor(run: string) {
    this.#run = run
  }

  key(name: string): string {
    return `${PROGRAM} ${this.#run} ${name}`
  }

  text(name: string): string | null {
    return get(this.key(name))
  }

  /** Returns whether the browser kept it. */
  write(name: string, value: unknown): boolean {
    return put(this.key(name), JSON.stringify(value))
  }

  /**
   * The value kept under a name, as `read` makes it of the data, or null. What cannot be read is put aside, so that
   * nothing is written over it.
   */
  read<T>(name: string, read: (data: unknown) => T): T | null {
    const text = this.text(name)
    if (text === null) return null
    try {
      return read(JSON.parse(text))
    } catch (error) {
      const reason = error instanceof SyntaxError ? "it is not JSON" : (error as Error).message
      const before = this.damaged(name)
      const all = before && before.text !== text ? `${before.text}\n${text}` : text
      if (put(this.key(`${name}, damaged`), JSON.stringify({ text: all, reason }))) put(this.key(name), null)
      return null
    }
  }

  damaged(name: string): Damaged | null {
    const text = get(this.key(`${name}, damaged`))
    return text === null ? null : (JSON.parse(text) as Damaged)
  }

  discardDamaged(name: string): void {
    put(this.key(`${name}, damaged`), null)
  }
}

/** A choice for all pages, of those there are; the first where none was made. */
export function recallChoice<T extends string>(name: string, choices: readonly T[]): T {
  const kept = get(`${PROGRAM} ${name}`)
  return choices.find((choice) => choice === kept) ?? choices[0]
}

export const rememberChoice = (name: string, choice: string) => put(`${PROGRAM} ${name}`, choice)
