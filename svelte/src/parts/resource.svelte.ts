/** What a function of state fetches: `value` once it is there, `problem` when it cannot be had. */
export class Resource<T> {
  value = $state.raw<T | null>(null)
  problem = $state<string | null>(null)

  /** `get` runs again whenever state that it reads changes; answers that come too late are dropped. */
  constructor(get: () => Promise<T> | null) {
    $effect(() => {
      let current = true
      const settle = (value: T | null, problem: string | null) => {
        if (current) [this.value, this.problem] = [value, problem]
      }
      // What was there is of something else.
      settle(null, null)
      get()?.then((value) => settle(value, null), (error: Error) => settle(null, error.message))
      return () => (current = false)
    })
  }
}
