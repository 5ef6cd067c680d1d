"""Images made of Fourier coefficients with decorrelated colours, as gradient ascent likes them.

Steps of equal size along independent directions: frequencies scaled as in natural images, colours along the
directions in which those of natural images vary (Olah et al., "Feature Visualization", Distill 2017,
"Preconditioning and parameterization").
"""

import numpy as np

from understanding_rl_vision.tensorflow1 import tf

# Rows R, G, B; columns: lightness and two hues. The root of the covariance of ImageNet's colours, as Lucid has it.
COLOUR_DIRECTIONS = np.array([[0.26, 0.09, 0.02], [0.27, 0.0, -0.05], [0.27, -0.09, 0.03]], np.float32)
COLOUR_DIRECTIONS /= np.linalg.norm(COLOUR_DIRECTIONS, axis=0).max()


def initial_spectra(seeds, image_shape, sd=0.01):
    """Noise to begin with: coefficients (2, N, C, H, W // 2 + 1), real and imaginary parts, one seed for each image.

    image_shape: (H, W, C). What an image begins from does not depend on those that it is made with.
    """
    height, width, channels = image_shape
    size = (2, channels, height, width // 2 + 1)
    drawn = [np.random.RandomState(seed).normal(scale=sd, size=size) for seed in seeds]
    return np.stack(drawn, axis=1).astype(np.float32)


def _amplitudes(height, width):
    """What a coefficient of one unit amounts to, (H, W // 2 + 1): inversely proportional to its frequency."""
    rows, columns = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)
    frequencies = np.maximum(np.hypot(rows, columns), 1 / max(height, width))
    # The root makes the transform unitary; a quarter of that is Lucid's scale, which its learning rate goes with.
    return (np.sqrt(height * width) / (4 * frequencies)).astype(np.float32)


def images_of(spectra, image_shape):
    """Tensor of coefficients (2, N, C, H, W // 2 + 1) to images (N, H, W, C) in [0, 1].

    Where C is a multiple of 3, channels are the colours of one frame or more; other channels go each on its own.
    """
    height, width, channels = image_shape
    scaled = tf.complex(spectra[0], spectra[1]) * _amplitudes(height, width)
    images = tf.transpose(tf.signal.irfft2d(scaled, [height, width]), (0, 2, 3, 1))
    if channels % 3 == 0:
        colours = tf.matmul(tf.reshape(images, (-1, 3)), COLOUR_DIRECTIONS.T)
        images = tf.reshape(colours, (-1, height, width, channels))
    return tf.nn.sigmoid(images)
