"""Feature visualisation by gradient: images that maximise an objective of a network (article, "Feature visualization").

The method, its constants and its results are those of Lucid's render_vis.
"""

from understanding_rl_vision.devices import session_config
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_util.fourier_images import images_of, initial_spectra
from understanding_rl_vision.rl_util.graphs import IMPORTED
from understanding_rl_vision.rl_util.objectives import Network
from understanding_rl_vision.rl_util.sessions import gradient_override_map, import_model, node_tensor
from understanding_rl_vision.tensorflow1 import building, tf

STEPS = 512
LEARNING_RATE = 0.05

# In this many first steps gradients find their way through ReLUs that let none pass.
REDIRECTED_STEPS = 17
REDIRECTING = "redirecting"


def _redirected_relu_gradient(op, grad):
    """The gradient of a ReLU; while redirecting, where all of an image's is blocked, what would raise inputs passes.

    Noise may not activate a feature at all, and then no gradient would tell how to begin. The sign is that of a loss.
    """
    blocked = op.inputs[0] < 0
    plain = tf.where(blocked, tf.zeros_like(grad), grad)
    redirected = tf.where(blocked & (grad > 0), tf.zeros_like(grad), grad)
    axes = list(range(1, len(grad.shape)))
    nothing_passes = tf.reduce_all(tf.equal(plain, 0), axis=axes, keepdims=True)
    redirecting = tf.get_default_graph().get_tensor_by_name(REDIRECTING + ":0")
    use = tf.cast(nothing_passes & redirecting, tf.float32)
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
        redirecting = tf.placeholder(tf.bool, (), name=REDIRECTING)
        loss = -objective(_network(model, images, len(numbers), transforms, references))
        ascent = tf.train.AdamOptimizer(learning_rate).minimize(loss)
        with tf.Session(graph=graph, config=session_config()) as session:
            session.run(tf.global_variables_initializer())
            for step in progress.track(range(steps), stage):
                session.run(ascent, {redirecting: step < REDIRECTED_STEPS})
            return session.run(images)
