"""Attribution by integrated gradients: ours beside Lucid's or Captum's, in frames a second.

    python benchmarks/attribution.py [--against lucid|captum] [--rounds 5]

The value of the bundled agent (the network of the article's Appendix C, 64 x 64 x 3) is attributed to its layers with
10 integration points: observations in, attribution out. Then all five layers together are compared with five calls of
the same, and the value with 15 logits together with 16 calls of ours. Before it is timed each side's attribution is
held against our exact one. Ours is what `run` uses, exact=False.

Needs this package with Procgen, and Lucid (Python 3.7: `pip install lucid==0.3.10`) or Captum (`pip install
torch captum`; a CPU build of PyTorch will do).
"""

import argparse
from functools import partial

import numpy as np
from comparing import alternate, print_head, print_row, print_setting
from lucid_oracle import CHECKPOINT, LAYERS, import_lucid, load_models, node, sample

from understanding_rl_vision import rl_util
from understanding_rl_vision.agents.architectures import POLICY_LOGITS_NAME, VALUE_FUNCTION_NAME

TARGETS = {
    "lucid": {"1a": 2, "2a": 3.5, "2b": 4.5, "3a": 3, "all": 3},
    "captum": {"1a": 3.5, "2a": 7, "2b": 15, "3a": 16, "all": 7},
}
STEPS = 10
ACTIONS = 15


def their_attribution(against, lucid_model, lucid):
    """Layer name to a function from observations to attributions."""
    if against == "captum":
        from captum_oracle import LayerAttribution

        return {layer: LayerAttribution(CHECKPOINT, layer, STEPS) for layer in LAYERS}

    def attribute(layer):
        return lambda obses: lucid.get_attr(lucid_model, VALUE_FUNCTION_NAME, node(layer), obses, integrate_steps=STEPS)

    return {layer: attribute(layer) for layer in LAYERS}


def check_same(name, found, exact):
    """Print how far an attribution is from our exact one; beyond the fast path's tolerance nothing is timed."""
    difference = np.abs(found - exact)
    largest, total = difference.max() / np.abs(exact).max(), difference.sum() / np.abs(exact).sum()
    print("{}: largest difference {:.0e} of the largest entry, sum {:.0e}".format(name, largest, total))
    if largest > 2e-3 or total > 5e-4:
        raise SystemExit("That is not the same attribution.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", choices=list(TARGETS), default="lucid")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--observations", type=int, default=64, help="observations in a call")
    arguments = parser.parse_args()
    lucid = import_lucid() if arguments.against == "lucid" else None
    model, lucid_model = load_models(lucid)
    theirs = their_attribution(arguments.against, lucid_model, lucid)
    targets, rounds = TARGETS[arguments.against], arguments.rounds
    obses = sample(arguments.observations)
    value = VALUE_FUNCTION_NAME

    def ours(layer, exact):
        return rl_util.get_attr(model, value, node(layer), obses, integrate_steps=STEPS, exact=exact)

    def ours_together(outputs, layers):
        return rl_util.get_attrs(model, outputs, layers, obses, integrate_steps=STEPS, exact=False)

    print_setting("tensorflow", "numpy", *(["torch", "captum"] if arguments.against == "captum" else ["lucid"]))
    for layer in LAYERS:
        exact = ours(layer, True)
        check_same("{}, ours".format(layer), ours(layer, False), exact)
        check_same("{}, {}".format(layer, arguments.against), theirs[layer](obses), exact)
    print("\n{} observations in a call\n".format(len(obses)))
    print_head()
    for layer in LAYERS[:-1]:
        seconds = alternate(partial(ours, layer, False), partial(theirs[layer], obses), rounds)
        print_row("attribution to {}".format(layer), arguments.against, seconds, targets[layer])
    nodes = [node(layer) for layer in LAYERS]
    seconds = alternate(
        lambda: ours_together([(value, None)], nodes), lambda: [theirs[layer](obses) for layer in LAYERS], rounds
    )
    print_row("all five layers together", "five calls of " + arguments.against, seconds, targets["all"])
    logits = [(POLICY_LOGITS_NAME, direction) for direction in np.eye(ACTIONS, dtype=np.float32)]
    outputs = [(value, None)] + logits
    seconds = alternate(
        lambda: ours_together(outputs, [node("2b")]),
        lambda: [ours_together([output], [node("2b")]) for output in outputs],
        rounds,
    )
    print_row("value and 15 logits together, 2b", "16 calls of ours", seconds, 2)


if __name__ == "__main__":
    main()
