"""Fit and transform of NMF: ours beside scikit-learn's NMF as Lucid calls it, with what each leaves unexplained.

    python benchmarks/factorisation.py [--observations 512 4096] [--rounds 1] [--all-rows]

Fitted on the value attributions of this many observations to layer 2b, positive and negative parts apart, 8 features:
what `run` does (exact=False, and from this many rows on a sample of them; with --all-rows on all, as LayerNMF does by
default). Then the same attributions are transformed, ours and theirs each along its own directions. Lucid calls
`sklearn.decomposition.NMF(n_components)` with no options, on all rows; the errors are |X - W H| / |X| over all rows.

Needs this package with Procgen, and scikit-learn.
"""

import argparse
from functools import partial

import numpy as np
import sklearn.decomposition
from comparing import alternate, print_head, print_row, print_setting
from lucid_oracle import load_models, node, sample

from understanding_rl_vision import rl_util
from understanding_rl_vision.agents.architectures import VALUE_FUNCTION_NAME
from understanding_rl_vision.rl_util import factorisation
from understanding_rl_vision.rl_util.batches import DEFAULT_BATCH_SIZE, batch_slices
from understanding_rl_vision.rl_util.nmf import rows_to_fit, signed_parts
from understanding_rl_vision.run.nmf_output import NMF_ROWS

FEATURES = 8
LAYER = "2b"
FIT_TARGET, TRANSFORM_TARGET = 5, 10


def attributions(model, obses):
    """Signed parts of the value attributions of observations: (2 N, h, w, channels)."""
    return signed_parts(
        rl_util.get_attr(model, VALUE_FUNCTION_NAME, node(LAYER), obses, integrate_steps=10, exact=False)
    )


def their_fit(rows):
    return sklearn.decomposition.NMF(FEATURES).fit(rows)


def our_fit(attrs, all_rows):
    batches = [attrs[rows] for rows in batch_slices(len(attrs), 2 * DEFAULT_BATCH_SIZE)]
    return factorisation.fit(rows_to_fit(batches, None if all_rows else NMF_ROWS // len(batches)), FEATURES)


def error(rows, directions, weights):
    """|X - W H| / |X|, in blocks: all at once would take a multiple of the rows' memory."""
    squares = sum(
        np.square(rows[block] - weights[block] @ directions.astype(np.float32)).sum(dtype=np.float64)
        for block in batch_slices(len(rows), 2**18)
    )
    return np.sqrt(squares) / np.sqrt(np.einsum("nc,nc->", rows, rows, dtype=np.float64))


def compare(attrs, rounds, all_rows):
    """Print the rows of the table, then the errors, for attributions (2 N, h, w, channels)."""
    rows = attrs.reshape(-1, attrs.shape[-1])
    name = "{{}}, {} observations".format(len(attrs) // 2)
    found = {}

    def keep(key, function, *arguments):
        found[key] = function(*arguments)

    against = "scikit-learn"
    seconds = alternate(
        partial(keep, "our fit", our_fit, attrs, all_rows),
        partial(keep, "their fit", their_fit, rows),
        rounds,
        warm_up=False,
    )
    print_row(name.format("NMF fit"), against, seconds, FIT_TARGET)
    fitted = found["their fit"]
    # Along the same directions, so that the errors can be compared.
    seconds = alternate(
        partial(keep, "ours", factorisation.transform, rows, fitted.components_),
        partial(keep, "theirs", fitted.transform, rows),
        rounds,
        warm_up=False,
    )
    print_row(name.format("NMF transform"), against, seconds, TRANSFORM_TARGET)
    ours = found["our fit"]
    errors = {
        "fit, ours": error(rows, ours, factorisation.transform(rows, ours)),
        "fit, theirs": error(rows, fitted.components_, factorisation.transform(rows, fitted.components_)),
        "transform, ours": error(rows, fitted.components_, found["ours"]),
        "transform, theirs": error(rows, fitted.components_, found["theirs"]),
    }
    cosines = np.einsum("kc,kc->k", *(h / np.linalg.norm(h, axis=1)[:, None] for h in (ours, fitted.components_)))
    return ["{}: {:.9f}".format(name.format(key), value) for key, value in errors.items()] + [
        "{}: smallest cosine of a direction of ours and theirs {:.5f}".format(name.format("fit"), cosines.min())
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--observations", type=int, nargs="+", default=[512, 4096])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--all-rows", action="store_true", help="fit ours on all rows, not on a sample")
    arguments = parser.parse_args()
    print_setting("numpy", "sklearn")
    model, _ = load_models()
    obses = sample(max(arguments.observations))
    print_head()
    errors = []
    for count in arguments.observations:
        # Spread over all moments that were sampled.
        chosen = obses[:: len(obses) // count][:count]
        errors += compare(attributions(model, chosen), arguments.rounds, arguments.all_rows)
    print("\nReconstruction error |X - W H| / |X|:\n")
    print("\n".join(errors))


if __name__ == "__main__":
    main()
