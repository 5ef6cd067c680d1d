export interface Picture {
  source: CanvasImageSource
  width: number
  height: number
}

/** Decoded pictures kept: beyond this the ones unused for longest are let go. */
const BUDGET_BYTES = 128 * 2 ** 20

/** In milliseconds: who has just been given a picture draws it within that time, also if it has been let go. */
const LAST_USE = 15_000

const bytes = (picture: Picture) => 4 * picture.width * picture.height

/** Whether it can be drawn, or is an error to be told: a bitmap that was let go has no size. */
export const isThere = (picture: Picture | Error | null | undefined): boolean =>
  picture instanceof Error || (!!picture && !(picture.source instanceof ImageBitmap && picture.source.width === 0))

/** Beyond this a browser may make no bitmap, as of very wide strips, and the image itself will do. */
const LARGEST_BITMAP = 16_384

function load(address: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image()
    image.onload = () => resolve(image)
    image.onerror = reject
    image.src = address
  })
}

/** Making the bitmap decodes it: `image.decode()` before would do so a second time, and keep what it made. */
async function draw(address: string): Promise<Picture> {
  const image = await load(address)
  const { naturalWidth: width, naturalHeight: height } = image
  try {
    const source = await createImageBitmap(image)
    image.src = ""
    return { source, width, height }
  } catch (error) {
    if (Math.max(width, height) <= LARGEST_BITMAP) throw error
    await image.decode()
    return { source: image, width, height }
  }
}

async function decode(url: string, address: string): Promise<Picture> {
  try {
    return await draw(address)
  } catch {
    throw new Error(`${url} is missing or cannot be shown by this browser.`)
  }
}

/** Pictures by address, decoded once and ahead of need. */
export class Pictures {
  #waiting = new Map<string, Promise<Picture>>()
  #ready = new Map<string, Picture>()
  #inside: Record<string, string>

  /** inside: those that are in the page, by their names. */
  constructor(inside: Record<string, string> = {}) {
    this.#inside = inside
  }

  /** What a browser finds a picture by. */
  address(url: string): string {
    return this.#inside[url] ?? url
  }

  /** The picture if it is decoded already: it can be drawn in this very frame. */
  peek(url: string): Picture | undefined {
    const picture = this.#ready.get(url)
    if (picture) {
      this.#ready.delete(url)
      this.#ready.set(url, picture)
    }
    return picture
  }

  /** Rejects with an Error that names the file. */
  get(url: string): Promise<Picture> {
    const picture = this.peek(url)
    if (picture) return Promise.resolve(picture)
    let waiting = this.#waiting.get(url)
    if (!waiting) {
      waiting = decode(url, this.address(url)).then((decoded) => this.#keep(url, decoded))
      this.#waiting.set(url, waiting)
      waiting.finally(() => this.#waiting.delete(url)).catch(() => {})
    }
    return waiting
  }

  /** For a moment only: a picture that was not there already is not kept, and is to be given back. */
  async borrow(url: string): Promise<Picture> {
    return this.peek(url) ?? decode(url, this.address(url))
  }

  giveBack(picture: Picture): void {
    if (![...this.#ready.values()].includes(picture) && picture.source instanceof ImageBitmap) picture.source.close()
  }

  #keep(url: string, picture: Picture): Picture {
    this.#ready.set(url, picture)
    let total = [...this.#ready.values()].reduce((sum, kept) => sum + bytes(kept), 0)
    for (const [oldest, kept] of this.#ready) {
      if (total <= BUDGET_BYTES || oldest === url) break
      total -= bytes(kept)
      this.#ready.delete(oldest)
      // The browser itself lets go of bitmaps late.
      setTimeout(() => this.giveBack(kept), LAST_USE)
    }
    return picture
  }
}
