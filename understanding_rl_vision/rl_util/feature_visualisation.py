"""Feature visualisation by gradient: images that maximise an objective of a network (article, "Feature visualization").

The method, its constants and its results are those of Lucid's render_vis, but that no image stays dead.
"""

import numpy as np

from understanding_rl_vision.devices import session_config
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_util.fourier_images import images_of, initial_spectra
from understanding_rl_vision.rl_util.graphs import IMPORTED
from understanding_rl_vision.rl_util.objectives import Network
from understanding_rl_vision.rl_util.sessions import gradient_override_map, import_model, node_tensor
from understanding_rl_vision.tensorflow1 import building, tf

STEPS = 512
LEARNING_RATE = 0.05

# How often transforms are drawn to measure what images reach.
DRAWS = 32

# Faint noise may leave a layer with L2 pooling wholly at zero, where it has no gradient: then noise is doubled, at most
# so often.
STRENGTHENINGS = 8


def _redirected_relu_gradient(op, grad):
    """The gradient of a ReLU; where all of an image's is blocked, what would raise inputs passes nevertheless.

    Noise may not activate a feature at all, nor an image when it is shifted, and then no gradient would tell the way.
    Lucid lets it pass in the first 16 steps only, which leaves some images dead. The sign is that of a loss.
    """
    blocked = op.inputs[0] < 0
    plain = tf.where(blocked, tf.zeros_like(grad), grad)
    redirected = tf.where(blocked & (grad > 0), tf.zeros_like(grad), grad)
    axes = list(range(1, len(grad.shape)))
    use = tf.cast(tf.reduce_all(tf.equal(plain, 0), axis=axes, keepdims=True), tf.float32)
    return use * redirected + (1 - use) * plain


def _network(model, images, count, transforms, references):
    """The Network of a model on `count` transformed images, with references behind them in the same batch."""
    seen = images if references is None else tf.concat([images, references], axis=0)
    for transform in transforms:
        seen = transform(seen)
    # Layers that take images of one size only, behind those looked at, must not see what size these are.
    seen = tf.placeholder_with_default(seen, (None, None, None, None))
    with gradient_override_map({"Relu": _redirected_relu_gradient}):
        import_model(model, seen, IMPORTED)
    graph = tf.get_default_graph()
    return Network(
        images,
        lambda name: node_tensor(graph, name)[:count],
        lambda name: node_tensor(graph, name)[count:],
    )


def _strengthening(spectra, gradient):
    """Doubles the noise of those images whose gradient is zero, when run."""
    lost = tf.reduce_all(tf.equal(gradient, 0), axis=[0, 2, 3, 4], keepdims=True)
    return spectra.assign(spectra * (1 + tf.cast(lost, tf.float32)))


def maximise(
    model,
    objective,
    numbers,
    *,
    seed=0,
    transforms=(),
    references=None,
    steps=STEPS,
    learning_rate=LEARNING_RATE,
    progress=None,
    stage="feature visualisation",
):
    """Images (N, H, W, C) in [0, 1] that gradient ascent (Adam) finds to maximise an objective.

    model: a FrozenModel or a Lucid Model. objective: see `objectives`. numbers: for each image a whole number
    that its noise is drawn with, besides the seed, so that an image does not depend on those that are made with it.
    transforms: functions applied in turn to the images at every step, see `image_transforms`. references: observations
    (N, H, W, C) in [0, 1] that the objective compares with. progress: a Progress to follow the steps as `stage`.
    """
    progress = progress or Progress(quiet=True)
    with building() as graph:
        tf.set_random_seed(seed)
        spectra = tf.Variable(initial_spectra([[seed, number] for number in numbers], model.image_shape))
        images = images_of(spectra, model.image_shape)
        loss = -objective(_network(model, images, len(numbers), transforms, references))
        optimiser = tf.train.AdamOptimizer(learning_rate)
        gradients = optimiser.compute_gradients(loss, [spectra])
        ascent = optimiser.apply_gradients(gradients)
        strengthen = _strengthening(spectra, gradients[0][0])
        with tf.Session(graph=graph, config=session_config()) as session:
            session.run(tf.global_variables_initializer())
            for _ in range(STRENGTHENINGS if steps else 0):
                session.run(strengthen)
            for _ in progress.track(range(steps), stage):
                session.run(ascent)
            return session.run(images)


def mean_scores(model, objective, images, *, seed=0, transforms=(), draws=DRAWS):
    """What an objective says of images (N, H, W, C) after the transforms, averaged over draws of these: (N,).

    It is what `maximise` makes large, while the images as they are may come to little. Arguments: see there.
    """
    with building() as graph:
        tf.set_random_seed(seed)
        scores = objective(_network(model, tf.constant(images), len(images), transforms, None))
        with tf.Session(graph=graph, config=session_config()) as session:
            return np.mean([session.run(scores) for _ in range(draws if transforms else 1)], axis=0)
