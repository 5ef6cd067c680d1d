/** The older way, which needs no secure context: text that is selected is copied. */
function copySelected(text: string): boolean {
  const field = Object.assign(document.createElement("textarea"), { value: text })
  const focused = document.activeElement
  document.body.append(field)
  field.select()
  try {
    return document.execCommand("copy")
  } finally {
    field.remove()
    if (focused instanceof HTMLElement) focused.focus()
  }
}

/** Returns whether the browser let the text be copied. Pages from another machine without https have no clipboard. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copySelected(text)
  }
}
