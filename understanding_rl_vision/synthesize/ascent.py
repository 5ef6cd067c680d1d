"""Gradient ascent outside of the graph: for a few arrays that belong to no network."""

import numpy as np


class Adam:
    """Adam (Kingma and Ba 2015, algorithm 1) on arrays, which it changes in place. It descends."""

    def __init__(self, arrays, learning_rate, *, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self._arrays = arrays
        self._learning_rate = learning_rate
        self._betas, self._epsilon = (beta1, beta2), epsilon
        self._means = [np.zeros_like(array) for array in arrays]
        self._squares = [np.zeros_like(array) for array in arrays]
        self._steps = 0

    def step(self, gradients):
        """Move against the gradients, one for each array."""
        self._steps += 1
        beta1, beta2 = self._betas
        for array, gradient, mean, square in zip(self._arrays, gradients, self._means, self._squares):
            mean += (1 - beta1) * (gradient - mean)
            square += (1 - beta2) * (gradient**2 - square)
            scale = np.sqrt(square / (1 - beta2**self._steps)) + self._epsilon
            array -= self._learning_rate * mean / (1 - beta1**self._steps) / scale
