/** Does one work after the other, so that what each needs is let go before the next begins. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /** Resolves with what the work gives, in its turn; with null where it is not wanted any more by then. */
  take<T>(work: () => Promise<T>, wanted: () => boolean): Promise<T | null> {
    const mine = this.#last.then(() => (wanted() ? work() : null))
    this.#last = mine.catch(() => {})
    return mine
  }
}
