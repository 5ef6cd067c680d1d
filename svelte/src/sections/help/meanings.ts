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
  ["difference", "Of two models on the same frames, the second minus the first: of attribution, of what it adds up to, and of outputs."],
  ["change of policy", "How much probability one model takes from some actions and gives to others (total variation distance)."],
  ["policy entropy", "How undecided the agent is: the entropy of its policy in nats, 0 where one action is certain."],
  [
    "V(0) … V(x)",
    "From the value with the layer zeroed to the value, by what features, residual and (integration) gap add to it: the " +
      "amounts add up. F stands for outputs other than the value.",
  ],
  [
    "integration gap",
    "What attribution misses because it is integrated over few points. It is called large beyond a quarter of what there " +
      "is to explain, or of the larger of features and residual; the options attr_rule=adaptive, which spends points where " +
      "they are missing, and attr_integrate_steps make it smaller. The line itself tells how many there were.",
  ],
  ...Object.entries(OUTCOMES).map(([name, meaning]): [string, string] => [`outcome: ${name}`, `${meaning}.`]),
]
