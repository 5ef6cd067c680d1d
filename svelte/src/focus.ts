// Who works with the mouse goes on with the keys of the timeline: it gets the focus back from what was clicked.

const TIMELINE = "timeline"
/** What keys would act on once more. Fields to type in keep the focus, until they are done. */
const CONTROLS = "button, a, summary, label, select, input[type=radio], input[type=checkbox], input[type=range]"

const FIND = "find"

/** Attributes of the timeline's own element. */
export const timelineElement = { id: TIMELINE }

/** Attributes of the field that says what frames are found by. */
export const findElement = { id: FIND }

export const focusFind = () => document.getElementById(FIND)?.focus()

/** Bring what is looked at into view, once it is that. */
export const showView = () => document.getElementById(TIMELINE)?.scrollIntoView({ block: "center" })

/** Without a ring where it is not the keyboard that leads there. */
export function focusTimeline(focusVisible = true): void {
  const options: FocusOptions & { focusVisible?: boolean } = { preventScroll: !focusVisible, focusVisible }
  document.getElementById(TIMELINE)?.focus(options)
}

/** Listeners for the page. */
export function followPointer() {
  let pointed = false

  function giveBack(control: Element | null): void {
    const { activeElement } = document
    const isElsewhere = activeElement && activeElement !== document.body && !activeElement.matches(CONTROLS)
    if (control && !isElsewhere && !document.querySelector("dialog[open]")) focusTimeline(false)
  }

  /** Once the click has done its work: it may have opened a popup or a field. */
  function settle(event: Event): void {
    if (!pointed || !(event.target instanceof Element)) return
    const control = event.target.closest(CONTROLS)
    // A list that opens keeps the focus until something is chosen.
    if (event.type === "click" && control?.matches("select, label:has(select, input[type=number])")) return
    setTimeout(() => giveBack(control))
  }

  return {
    down: ({ pointerType }: PointerEvent) => (pointed = pointerType === "mouse"),
    key: () => (pointed = false),
    settle,
  }
}
