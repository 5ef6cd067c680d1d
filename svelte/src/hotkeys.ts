import { focusFind } from "./focus"
import type { InterfaceState } from "./state.svelte"

export interface Hotkey {
  keys: string[]
  /** How the keys are called in the list of shortcuts. */
  name: string
  about: string
  /** Whether it does anything on this page; by default it does. */
  applies?: (view: InterfaceState) => boolean
  /** Whether it is the timeline's: elsewhere these keys scroll. */
  onTimeline?: boolean
  run: (view: InterfaceState, key: string) => void
}

const cycle = <T>(all: T[], current: T, step: number): T => all[(all.indexOf(current) + step + all.length) % all.length]

const trajectories = (view: InterfaceState) => view.models[view.model].trajectories
const severalModels = (view: InterfaceState) => view.models.length > 1

const HOTKEYS: Hotkey[] = [
  { keys: [" "], name: "space", about: "play or pause", run: (view) => view.togglePlay() },
  {
    keys: ["ArrowLeft", "ArrowRight"],
    name: "← →",
    about: "paused: one step; playing: the direction of play",
    run: (view, key) => view.arrow(key === "ArrowLeft" ? -1 : 1),
  },
  {
    keys: ["PageUp", "PageDown"],
    name: "page up, page down",
    about: "on the timeline: ten frames back, on",
    onTimeline: true,
    run: (view, key) => view.goTo(view.frame + (key === "PageUp" ? -10 : 10)),
  },
  {
    keys: ["ArrowUp", "ArrowDown"],
    name: "↑ ↓",
    about: "on the timeline: one step on, back",
    onTimeline: true,
    run: (view, key) => view.arrow(key === "ArrowDown" ? -1 : 1),
  },
  {
    keys: ["Home", "End"],
    name: "home, end",
    about: "on the timeline: first, last frame",
    onTimeline: true,
    run: (view, key) => view.goTo(key === "Home" ? 0 : view.total - 1),
  },
  {
    keys: ["l", "L"],
    name: "l, shift l",
    about: "next, previous layer",
    run: (view, key) => view.show({ layer: cycle(view.props.layers, view.layer, key === "l" ? 1 : -1) }),
  },
  {
    keys: ["t", "T"],
    name: "t, shift t",
    about: "next, previous trajectory",
    run: (view, key) => view.goTo(view.frame, cycle(trajectories(view), view.trajectory, key === "t" ? 1 : -1)),
  },
  {
    keys: ["m", "M"],
    name: "m, shift m",
    about: "next, previous model",
    applies: severalModels,
    run: (view, key) => view.showModel(cycle([...view.models.keys()], view.model, key === "m" ? 1 : -1)),
  },
  {
    keys: ["s"],
    name: "s",
    about: "models side by side",
    applies: severalModels,
    run: (view) => view.toggleSideBySide(),
  },
  { keys: ["o"], name: "o", about: "overlay on observation", run: (view) => (view.overlay = !view.overlay) },
  { keys: ["c"], name: "c", about: "combine positive and negative", run: (view) => (view.combine = !view.combine) },
  { keys: ["r"], name: "r", about: "show residual", run: (view) => (view.residual = !view.residual) },
  {
    keys: [..."123456789"],
    name: "1 … 9",
    about: "open a feature",
    run: (view, key) => view.openFeature(view.layer, Number(key) - 1),
  },
  { keys: ["+", "-"], name: "+ −", about: "fewer, more frames on the timeline", run: (view, key) => view.zoom(key === "+" ? 0.5 : 2) },
  { keys: ["f"], name: "f", about: "find frames", run: () => focusFind() },
  { keys: ["?"], name: "?", about: "this help", run: (view) => (view.help = true) },
]

/** The hotkeys that do something on this page. */
export const hotkeysOf = (view: InterfaceState) => HOTKEYS.filter(({ applies }) => applies?.(view) ?? true)

/** Fields where keys mean what they say. */
const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.matches("select, textarea, input:not([type=radio], [type=checkbox]), [contenteditable]")

/** Whether the element does something of its own with the key. */
function takes(target: Element, key: string): boolean {
  if (target.closest("dialog")) return true
  // The space bar presses a focused button and ticks a focused box; arrow keys choose among radio buttons.
  if (key === " ") return target.matches("button, input:not([type=radio]), a, summary")
  return key.startsWith("Arrow") && target.matches("input[type=radio]")
}

/** Run the hotkey of a key press, unless a field, a control or an open dialog has the word. */
export function pressKey(view: InterfaceState, event: KeyboardEvent): void {
  const { target, key } = event
  if (event.ctrlKey || event.metaKey || event.altKey || typing(target)) return
  if (target instanceof Element && takes(target, key)) return
  const isTimeline = target instanceof Element && target.matches("[role=slider]")
  const hotkey = hotkeysOf(view).find(({ keys, onTimeline }) => keys.includes(key) && (!onTimeline || isTimeline))
  if (!hotkey) return
  event.preventDefault()
  hotkey.run(view, key)
}
