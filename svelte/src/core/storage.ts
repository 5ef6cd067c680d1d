/** What this browser keeps for this page: apart for every page, also for pages opened from disk. */
const key = (name: string) => `understanding-rl-vision ${location.pathname} ${name}`

/** The value kept under a name, or `fallback` where there is none or the browser keeps nothing. */
export function recall<T>(name: string, fallback: T): T {
  try {
    const text = localStorage.getItem(key(name))
    return text === null ? fallback : (JSON.parse(text) as T)
  } catch {
    return fallback
  }
}

/** Returns whether the browser kept it. */
export function remember(name: string, value: unknown): boolean {
  try {
    localStorage.setItem(key(name), JSON.stringify(value))
    return true
  } catch {
    return false
  }
}
