import { loadScript } from "./scripts"

async function unpack(packed: string): Promise<string> {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0))
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text()
}

/** JSON that is inside the page, or else in a script or a file of JSON beside it. Rejects with an Error that names the file. */
export class JsonFiles {
  #preloaded: Record<string, unknown>
  #packed: Record<string, string>
  #fetched = new Map<string, Promise<unknown>>()

  /** packed: those that are in the page as zlib's format in base64. */
  constructor(preloaded: Record<string, unknown>, packed: Record<string, string> = {}) {
    this.#preloaded = preloaded
    this.#packed = packed
  }

  get(path: string): Promise<unknown> {
    if (path in this.#preloaded) return Promise.resolve(this.#preloaded[path])
    let fetched = this.#fetched.get(path)
    if (!fetched) {
      fetched = this.#fetch(path)
      this.#fetched.set(path, fetched)
    }
    return fetched
  }

  async #fetch(path: string): Promise<unknown> {
    if (path.endsWith(".js")) return (this.#preloaded[path] = await loadScript(path))
    const text = path in this.#packed ? await unpack(this.#packed[path]) : await fetch(path).then(
      (response) => (response.ok ? response.text() : null),
      () => null,
    )
    if (text === null) {
      const fromDisk = location.protocol === "file:"
      throw new Error(
        fromDisk
          ? `${path} cannot be read by a page opened from disk: serve the folder with a web server.`
          : `${path} is missing.`,
      )
    }
    try {
      this.#preloaded[path] = JSON.parse(text)
    } catch {
      throw new Error(`${path} is not complete JSON: it may have been cut short.`)
    }
    return this.#preloaded[path]
  }
}
