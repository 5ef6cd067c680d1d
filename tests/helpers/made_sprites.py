"""Images of made objects, and pictures that they are drawn into as the first CoinRun draws."""

import numpy as np

from understanding_rl_vision.envs.sprite_matching import drawn


def blob(seed, tone):
    """An image of an object with soft edges, spots and no symmetry, (128, 128, 4)."""
    random = np.random.RandomState(seed)
    y, x = np.mgrid[:128, :128]
    image = np.zeros((128, 128, 4), np.float32)
    image[..., :3] = tone
    for _ in range(8):
        middle, radius = random.randint(20, 108, 2), random.randint(8, 20)
        image[(x - middle[0]) ** 2 + (y - middle[1]) ** 2 < radius**2, :3] = random.rand(3)
    distance = np.hypot((x - 64) / 60, (y - 74) / 50)
    image[..., 3] = np.clip((1 - distance) * 20, 0, 1)
    return image


def lava_image():
    y, x = np.mgrid[:128, :128]
    wave = 0.5 + 0.3 * np.sin(2 * np.pi * x / 128 + y / 9)
    image = np.stack([np.ones_like(wave), wave, 0 * wave, np.ones_like(wave)], axis=-1).astype(np.float32)
    image[:40, :, 3] = 0
    return image


def draw(picture, image, left, top, size):
    """Draw an image of so many pixels into a picture of colours from 0 to 1, with its upper left corner there."""
    column, row = int(np.floor(left)), int(np.floor(top))
    image = np.asarray(image, np.float32)
    colours, _ = drawn(image, size, left - column, top - row, size + 1)
    alpha, _ = drawn(
        np.concatenate([image[..., 3:]] * 3 + [np.ones_like(image[..., 3:])], -1),
        size,
        left - column,
        top - row,
        size + 1,
    )
    part = picture[row : row + size + 1, column : column + size + 1]
    part[:] = part * (1 - alpha) + colours
    return picture
