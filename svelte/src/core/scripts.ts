// Data in scripts beside the page, which pages opened from disk may read too; see pages/scripts.py.

/** What a script calls with its name and its content. */
const FUNCTION = "understandingRlVisionValues"
const arrived = new Map<string, unknown>()

/** The content of a script. Rejects with an Error that names the file. */
export async function loadScript(path: string): Promise<unknown> {
  Object.assign(globalThis, { [FUNCTION]: (name: string, content: unknown) => arrived.set(name, content) })
  const script = Object.assign(document.createElement("script"), { src: path })
  const there = await new Promise<boolean>((resolve) => {
    script.onload = () => resolve(true)
    script.onerror = () => resolve(false)
    document.head.append(script)
  })
  script.remove()
  const content = arrived.get(path)
  arrived.delete(path)
  if (content === undefined) throw new Error(there ? `${path} is not complete: it may have been cut short.` : `${path} is missing.`)
  return content
}
