"""Non-negative matrix factorisation, X ≈ W H with W, H >= 0, by hierarchical alternating least squares.

X has one row per observation and position, few columns (channels) and very many rows; H holds the directions.
All that H needs of the rows is in two small products, W'X and W'W, so W is worked through in blocks of columns of W'
that stay in the processor's cache. Cichocki and Phan, 2009 (HALS); Boutsidis and Gallopoulos, 2008 (NNDSVD).
"""

import numpy as np

from understanding_rl_vision.errors import InputError

BLOCK_ROWS = 8192


def nndsvd(X, features):
    """The start of the fit, from the singular vectors of X: W' (features, rows) and H (features, channels).

    Each pair of singular vectors contributes its signed part that carries more; the first pair is non-negative.
    Computed from the eigenvectors of X'X, so nothing is drawn at random. As scikit-learn's init='nndsvd'.
    """
    eigenvalues, vectors = np.linalg.eigh((X.T @ X).astype(np.float64))
    singular_values = np.sqrt(np.maximum(eigenvalues[::-1][:features], 0))
    weights = np.zeros((features, len(X)), X.dtype)
    directions = np.zeros((features, X.shape[1]))
    for k, singular_value in enumerate(singular_values):
        if singular_value <= 1e-6 * singular_values[0]:
            break
        right = vectors[:, -1 - k]
        left = X @ right.astype(X.dtype) / singular_value
        parts = [(np.maximum(sign * left, 0), np.maximum(sign * right, 0)) for sign in (1, -1)]
        u, v = max(parts, key=lambda part: np.linalg.norm(part[0]) * np.linalg.norm(part[1]))
        u_norm, v_norm = np.linalg.norm(u), np.linalg.norm(v)
        scale = np.sqrt(singular_value * u_norm * v_norm)
        weights[k], directions[k] = scale * u / u_norm, scale * v / v_norm
    return np.where(weights < 1e-6, 0, weights), np.where(directions < 1e-6, 0, directions)


def _sweep(weights, products, gram):
    """One pass of coordinate descent over the rows of `weights` (features, rows), in place."""
    for k in range(len(gram)):
        if gram[k, k] > 0:
            weights[k] += (products[k] - gram[k] @ weights) / gram[k, k]
            np.maximum(weights[k], 0, out=weights[k])


def _blocks(rows):
    return [slice(start, start + BLOCK_ROWS) for start in range(0, rows, BLOCK_ROWS)]


def _solve_block(X_block, directions, gram, tol, max_sweeps):
    """Non-negative least squares for one block: weights (features, rows)."""
    products = directions @ X_block.T
    scale = np.diag(gram).copy()
    scale[scale == 0] = np.inf
    weights = np.maximum(products / scale[:, None], 0)
    for _ in range(max_sweeps):
        before = weights.copy()
        _sweep(weights, products, gram)
        if np.abs(weights - before).max(initial=0) <= tol * weights.max(initial=0):
            break
    return weights


def transform(X, directions, *, tol=1e-6, max_sweeps=500):
    """The W >= 0 with the smallest |X - W H|, for given directions H (features, channels): (rows, features)."""
    if not np.isfinite(X).all():
        raise InputError("NMF takes finite numbers, but there are NaN or infinite values among the activations.")
    X = np.asarray(X, np.float32)
    directions = directions.astype(X.dtype)
    gram = directions @ directions.T
    weights = np.zeros((len(X), len(directions)), X.dtype)
    nonzero = np.flatnonzero(X.any(axis=1))
    for block in _blocks(len(nonzero)):
        rows = nonzero[block]
        weights[rows] = _solve_block(X[rows], directions, gram, tol, max_sweeps).T
    return weights


def sampled_rows(X, count, random):
    """About `count` rows of X that stand for all in a fit: W'X and W'W keep their expected values.

    A row is kept with a probability in proportion to its squared length, at most 1, and scaled by the square root of
    the inverse. Attribution is sparse: drawn evenly, rows would miss most of it.
    """
    if len(X) <= count:
        return X
    squares = np.einsum("nc,nc->n", X, X)
    largest_first = np.sort(squares)[::-1].astype(np.float64)
    remaining = np.cumsum(largest_first[::-1])[::-1]
    # The first `certain` rows are kept; what they leave of `count` is shared out among the others.
    certain = np.argmax((count - np.arange(len(X))) * largest_first <= remaining)
    probabilities = np.minimum(1, squares / (remaining[certain] / (count - certain)))
    kept = random.uniform(size=len(X)) < probabilities
    return X[kept] / np.sqrt(probabilities[kept, None]).astype(X.dtype)


def fit(X, features, *, tol=1e-6, max_iter=2000):
    """Directions H (features, channels) of the factorisation of X (rows, channels) >= 0.

    Start and order of the updates are those of scikit-learn's coordinate descent, so that both end in the same of
    several local optima. Rows of zeros add nothing and are left out.
    tol: stop when an iteration lowers the squared error by less than this share of it.
    """
    X = np.asarray(X, np.float32)
    if not np.isfinite(X).all() or (X < 0).any():
        raise InputError("NMF takes finite numbers of at least zero.")
    X = X[X.any(axis=1)]
    if features > min(X.shape):
        raise InputError(
            "{} features are asked for, but there are {} channels and {} rows that are not zero; at most {}.".format(
                features, X.shape[1], len(X), min(X.shape)
            )
        )
    weights, directions = nndsvd(X, features)
    squared_norm = np.einsum("nc,nc->", X, X, dtype=np.float64)
    error = np.inf
    for _ in range(max_iter):
        correlations = np.zeros_like(directions)
        weights_gram = np.zeros((features, features))
        gram = (directions @ directions.T).astype(np.float32)
        for block in _blocks(len(X)):
            products = directions.astype(np.float32) @ X[block].T
            part = np.ascontiguousarray(weights[:, block])
            _sweep(part, products, gram)
            weights[:, block] = part
            correlations += part @ X[block]
            weights_gram += part @ part.T
        _sweep(directions, correlations, weights_gram)
        last_error = error
        error = (
            squared_norm - 2 * (correlations * directions).sum() + (weights_gram * (directions @ directions.T)).sum()
        )
        if last_error - error <= tol * error:
            break
    return directions
