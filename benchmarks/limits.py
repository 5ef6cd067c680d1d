"""Where a stage stands against its limit: arithmetic against a matrix product, images against their encoder.

    python benchmarks/limits.py [--rounds 10]

For the forward pass and for value attribution to each layer of the bundled agent (10 integration points, exact=False):
frames a second, floating-point operations a second, and their share of what TensorFlow's product of two square
matrices reaches, and of the product with the shape of the work's main convolution (rows: 64 frames' positions; inner:
the kernel's entries; columns: its filters). Then pictures of attribution written by ImageWriter, in megabytes of pixels
a second, beside the same calls of the encoder alone, on as many threads.

Needs this package with Procgen.
"""

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from comparing import print_setting
from lucid_oracle import LAYERS, load_models, node, sample

from understanding_rl_vision import rl_util
from understanding_rl_vision.agents.architectures import VALUE_FUNCTION_NAME
from understanding_rl_vision.pictures.image_writer import ImageWriter
from understanding_rl_vision.pictures.png import encode_attribution
from understanding_rl_vision.pictures.sheets import sheet, sheet_layout
from understanding_rl_vision.rl_util.clear_cnn import LAYERS as CONVOLUTIONS
from understanding_rl_vision.run.attribution.images import attribution_images
from understanding_rl_vision.tensorflow1 import tf
from understanding_rl_vision.threads import thread_limit

STEPS = 10
FRAMES = 64
SQUARE = 2048


def convolutions():
    """Name of a convolution to (positions, entries of its kernel, filters), for frames of 64 x 64 x 3."""
    shapes, side, channels = {}, 64, 3
    for name, filters, size, pooled in CONVOLUTIONS:
        shapes[name] = (side * side, size * size * channels, filters)
        side, channels = (side // 2 if pooled else side), filters
    return shapes


def operations():
    """Floating-point operations a frame: of the forward pass to each layer's output, and of what lies above it."""
    each = {name: 2 * np.prod(shape, dtype=float) for name, shape in convolutions().items()}
    dense = 2 * (4 * 4 * 32 * 256 + 256 * 512 + 512)
    names = list(each)
    to_layer = {name: sum(each[below] for below in names[: i + 1]) for i, name in enumerate(names)}
    above = {name: sum(each[later] for later in names[i + 2 :]) + dense for i, name in enumerate(names)}
    return each, to_layer, above, to_layer[names[-1]] + dense


def attribution_operations(layer):
    """Operations a frame of attribution to a layer: the convolution above it at the first and last point and once
    backward, what follows forward and backward at every point.
    """
    each, to_layer, above, _ = operations()
    names = list(each)
    later = names[names.index(layer) + 1 :]
    pooled = {name: pooled for name, _, _, pooled in CONVOLUTIONS}[layer]
    stretch = (3 if pooled else 2) * each[later[0]]
    return to_layer[layer] + stretch + 2 * STEPS * above[layer]


def rate(function, amount, rounds):
    """Amount a second in the fastest round: whatever else the machine does only slows. The first call warms up."""
    function()
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - start)
    return amount / min(seconds)


def product_rate(rows, inner, columns, rounds):
    """GFLOP/s of TensorFlow's product (rows, inner) @ (inner, columns)."""
    with tf.Graph().as_default(), tf.Session() as session:
        left, right = (tf.Variable(tf.random_uniform(shape)) for shape in ((rows, inner), (inner, columns)))
        # Only one number leaves the session.
        product = tf.reduce_max(tf.matmul(left, right))
        session.run(tf.global_variables_initializer())
        return rate(lambda: session.run(product), 2e-9 * rows * inner * columns, rounds)


def arithmetic(model, obses, rounds):
    _, _, _, forward = operations()
    shapes = convolutions()
    work = [("forward pass", "2b", forward, lambda: rl_util.get_acts(model, VALUE_FUNCTION_NAME, obses))]
    above = dict(zip(LAYERS, LAYERS[1:]))
    for layer in LAYERS[:-1]:
        main = above[above[layer]] if layer in ("1a", "2a") else above[layer]
        work.append(
            (
                "attribution to {}".format(layer),
                main,
                attribution_operations(layer),
                lambda layer=layer: rl_util.get_attr(
                    model, VALUE_FUNCTION_NAME, node(layer), obses, integrate_steps=STEPS, exact=False
                ),
            )
        )
    square = product_rate(SQUARE, SQUARE, SQUARE, rounds)
    print("square product of {}: {:.0f} GFLOP/s\n".format(SQUARE, square))
    print("| work | MFLOP a frame | frames/s | GFLOP/s | of the square product | of the product shaped as conv |")
    print("|---|---|---|---|---|---|")
    for name, main, count, function in work:
        positions, inner, columns = shapes[main]
        shaped = product_rate(FRAMES * positions // 4, inner, columns, rounds)
        reached = rate(function, count * len(obses) * 1e-9, rounds)
        print(
            "| {} | {:.0f} | {:.0f} | {:.0f} | {:.0%} | {:.0%} of {:.0f} ({}) |".format(
                name, count / 1e6, reached / count * 1e9, reached, reached / square, reached / shaped, shaped, main
            ),
            flush=True,
        )


def pictures(model, obses):
    """Sheets of attribution images of the observations to layer 2b, bytes."""
    attribution = rl_util.get_attr(model, VALUE_FUNCTION_NAME, node("2b"), obses, integrate_steps=STEPS, exact=False)
    channels = attribution[..., :8] / np.abs(attribution).max() * 10
    layout = sheet_layout(channels.shape[2], channels.shape[1], len(channels))
    images = attribution_images(channels, channels[..., 0], False)
    return [sheet(image.pixels, layout) for image in images]


def images(model, obses, rounds):
    sheets = pictures(model, obses)
    megabytes = sum(image.nbytes for image in sheets) / 1e6

    def encode():
        with ThreadPoolExecutor(thread_limit()) as pool:
            return list(pool.map(encode_attribution, sheets))

    def write():
        with tempfile.TemporaryDirectory() as folder, ImageWriter(folder) as writer:
            for number, image in enumerate(sheets):
                writer.write("{}.png".format(number), image, encode_attribution)

    encoded = sum(map(len, encode())) / 1e6
    alone, written = rate(encode, megabytes, rounds), rate(write, megabytes, rounds)
    print("\n| work | MB of pixels | MB encoded | MB/s of pixels | of the encoder alone |")
    print("|---|---|---|---|---|")
    print("| the encoder alone | {:.0f} | {:.1f} | {:.0f} | |".format(megabytes, encoded, alone))
    print("| ImageWriter | {:.0f} | {:.1f} | {:.0f} | {:.0%} |".format(megabytes, encoded, written, written / alone))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    print_setting("tensorflow", "numpy", "PIL")
    model, _ = load_models()
    obses = sample(256)
    arithmetic(model, obses[:FRAMES], rounds)
    images(model, obses, rounds)


if __name__ == "__main__":
    main()
