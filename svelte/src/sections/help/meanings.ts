import { OUTCOMES } from "../../core/episodes"

/** What the page's words stand for, in the list that help shows. */
export const MEANINGS: [string, string][] = [
  ["advantage", "How much better the agent did than its value function expected (generalised advantage estimate)."],
  [
    "value spike",
    "A single frame whose value sticks out from both its neighbours in the episode: the smaller of the two differences, " +
      "when both have the same sign. The article found hallucinations this way.",
  ],
  ["attribution", "What each place and feature of a layer adds to an output, by integrated gradients from zero."],
  [
    "feature",
    "A direction of the layer's channels, found by non-negative matrix factorisation of attribution to the layer, or of " +
      "its activations: the legend says of which.",
  ],
  ["residual", "What attribution there is in no feature."],
  ["totals", "Attribution summed over the picture."],
  [
    "V(x) − V(0)",
    "The value minus the value with the layer zeroed: features, residual and integration gap add up to it. A large gap " +
      "means that too few points were integrated over.",
  ],
  ...Object.entries(OUTCOMES).map(([name, meaning]): [string, string] => [`outcome: ${name}`, `${meaning}.`]),
]
