"""Activation maximisation without a generator, for comparison (section 4.5, figure 4a)."""

import numpy as np

from understanding_rl_vision.devices import session_config
from understanding_rl_vision.later import ndimage
from understanding_rl_vision.synthesize.ascent import Adam
from understanding_rl_vision.synthesize.targets import objective
from understanding_rl_vision.tensorflow1 import building, tf

# Chosen by eye among 3e-5 to 0.01 on the bundled agent, whose targets reach 0.02 (T-), 2 (the value) or 50 (T+-).
# From 5e-4 on pictures for T- and the value go grey; down from 1e-4 those for an action keep the noise.
TOTAL_VARIATION = 2e-4
BLUR_SIGMA = 0.5
JITTER = 2

# total_variation (Mahendran and Vedaldi 2016), blur (Nguyen et al. 2015), jitter (Olah et al. 2017).
REGULARISERS = {
    "none": (),
    "total variation": ("total variation",),
    "blur": ("blur",),
    "jitter": ("jitter",),
    "all three": ("total variation", "blur", "jitter"),
}


class Preimages:
    """The graph in which observations of an agent are changed until they make a target large.

    agent: PictureAgent. target: Target.
    """

    def __init__(self, agent, target):
        self._shape = agent.model.image_shape
        with building() as graph:
            self._images = tf.placeholder(tf.float32, (None,) + self._shape)
            self._shift = tf.placeholder(tf.int32, (2,))
            self._weight = tf.placeholder(tf.float32, ())
            shifted = tf.roll(self._images, self._shift, axis=[1, 2])
            gain = objective(target, agent.tensors(shifted, "agent"))
            energy = self._weight * tf.image.total_variation(self._images) - gain
            self._gradient = tf.gradients(energy, self._images)[0]
            self._objective = objective(target, agent.tensors(self._images, "unshifted"))
            self._session = tf.Session(graph=graph, config=session_config())

    def maximise(self, regularisers, *, count, steps, step_size, seed):
        """Images (count, H, W, C) in [0, 1] after this many steps of Adam from noise, and their objectives (count,)."""
        random = np.random.RandomState(seed)
        images = random.uniform(0.4, 0.6, (count,) + self._shape).astype(np.float32)
        adam = Adam([images], step_size)
        for _ in range(steps):
            shift = random.randint(-JITTER, JITTER + 1, size=2) if "jitter" in regularisers else np.zeros(2, int)
            weight = TOTAL_VARIATION if "total variation" in regularisers else 0.0
            adam.step([self._session.run(self._gradient, self._feed(images, shift, weight))])
            if "blur" in regularisers:
                images[...] = ndimage.gaussian_filter(images, (0, BLUR_SIGMA, BLUR_SIGMA, 0))
            np.clip(images, 0, 1, out=images)
        return images, self._session.run(self._objective, self._feed(images, np.zeros(2, int), 0.0))

    def _feed(self, images, shift, weight):
        return {self._images: images, self._shift: shift, self._weight: weight}
