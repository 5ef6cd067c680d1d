/** Resolves when the page has nothing better to do, or a moment later. */
const idle = () =>
  new Promise<unknown>((resolve) => {
    if (typeof requestIdleCallback === "function") requestIdleCallback(resolve, { timeout: 300 })
    else setTimeout(resolve)
  })

/** Does one work after the other, so that what each needs is let go before the next begins, and what is pressed meanwhile comes first. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /** Resolves with what the work gives, in its turn; with null where it is not wanted any more by then. */
  take<T>(work: () => Promise<T>, wanted: () => boolean): Promise<T | null> {
    const mine = this.#last.then(() => (wanted() ? idle() : null)).then(() => (wanted() ? work() : null))
    this.#last = mine.catch(() => {})
    return mine
  }
}
