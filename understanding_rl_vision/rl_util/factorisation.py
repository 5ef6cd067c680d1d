"""Non-negative matrix factorisation, X ≈ W H with W, H >= 0, by hierarchical alternating least squares.

X has one row per observation and position, few columns (channels) and very many rows; H holds the directions.
All that H needs of the rows is in two small products, W'X and W'W, so W is worked through in blocks of columns of W'
that stay in the processor's cache. Cichocki and Phan, 2009 (HALS); Boutsidis and Gallopoulos, 2008 (NNDSVD).
"""

import concurrent.futures
import functools

import numpy as np
from threadpoolctl import ThreadpoolController

from understanding_rl_vision.errors import InputError
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_util.batches import batch_slices
from understanding_rl_vision.threads import thread_limit

# OpenBLAS shares larger products of a matrix and a vector out among threads, which takes longer.
BLOCK_ROWS = 1024
# Of smaller blocks, threads that solve one after the other would mostly wait for the interpreter.
JOINT_BLOCK_ROWS = 8192

# Of more rows, a sample of this many is fitted before all.
SAMPLE_ROWS = 2**17

# What is below 1e-6 counts as zero at the start of a fit: numbers that are all smaller than this are enlarged before.
SMALL = 2.0**-10

# Singular values below the first part of the largest tell of rounding to 32 bits. Those found by X'X in 32 bits are
# precise enough to tell only above the second.
ROUNDING, CLEAR = 1e-5, 1e-2

# The first steps decide which of several local optima is reached: this many are scikit-learn's.
FIRST_STEPS = 2
# In the following ones: SWEEPS, updates of H per update of W; OVERSHOOT: H is then extrapolated by this share of its
# step. That costs next to nothing, and less than half as many steps are needed.
SWEEPS, OVERSHOOT = 3, 0.8


def _rank(X):
    """How many independent directions rows X have, but for their rounding to 32 bits."""
    gram = np.zeros((X.shape[1],) * 2)
    for block in batch_slices(len(X), BLOCK_ROWS):
        rows = X[block].astype(np.float64)
        gram += rows.T @ rows
    eigenvalues = np.linalg.eigvalsh(gram)
    return np.count_nonzero(eigenvalues > ROUNDING**2 * eigenvalues.max(initial=0))


def nndsvd(X, features):
    """The start of the fit, from the singular vectors of X: W' (features, rows) and H (features, channels).

    Each pair of singular vectors contributes its signed part that carries more; the first pair is non-negative.
    Computed from the eigenvectors of X'X, so nothing is drawn at random. As scikit-learn's init='nndsvd'.
    """
    eigenvalues, vectors = (array[..., ::-1][..., :features] for array in np.linalg.eigh((X.T @ X).astype(np.float64)))
    singular_values = np.sqrt(np.maximum(eigenvalues, 0))
    rank = np.count_nonzero(singular_values > 1e-6 * singular_values[0])
    if singular_values[-1] <= CLEAR * singular_values[0]:
        rank = min(rank, _rank(X))
    weights = np.zeros((features, len(X)), X.dtype)
    directions = np.zeros((features, X.shape[1]))
    left_of = (vectors[:, :rank] / singular_values[:rank]).astype(X.dtype)
    for block in batch_slices(len(X), BLOCK_ROWS):
        weights[:rank, block] = (X[block] @ left_of).T
    for k in range(rank):
        parts = [(np.maximum(sign * weights[k], 0), np.maximum(sign * vectors[:, k], 0)) for sign in (1, -1)]
        u, v = max(parts, key=lambda part: np.linalg.norm(part[0]) * np.linalg.norm(part[1]))
        u_norm, v_norm = np.linalg.norm(u), np.linalg.norm(v)
        scale = np.sqrt(singular_values[k] * u_norm * v_norm)
        weights[k], directions[k] = scale * u / u_norm, scale * v / v_norm
    weights *= weights >= 1e-6
    return weights, np.where(directions < 1e-6, 0, directions)


def _scaled(products, gram):
    """What one sweep needs: products / diagonal, and gram / diagonal without the diagonal.

    A row whose diagonal is 0 is left as it is by a sweep.
    """
    scale = np.diag(gram).copy()
    unused = scale == 0
    scale[unused] = 1
    couplings = gram / scale[:, None]
    np.fill_diagonal(couplings, np.where(unused, -1, 0))
    return products / scale[:, None], couplings


def _sweep(weights, targets, couplings):
    """One pass of coordinate descent over the rows of `weights` (features, rows), in place."""
    spare = np.empty(weights.shape[1], weights.dtype)
    # The larger of two arrays is found several times as fast as that of an array and a number.
    zeros = np.zeros(weights.shape[1], weights.dtype)
    for k, coupling in enumerate(couplings):
        np.dot(coupling, weights, out=spare)
        np.subtract(targets[k], spare, out=spare)
        np.maximum(spare, zeros, out=weights[k])


@functools.lru_cache(maxsize=None)
def _blas():
    """What multiplies matrices for NumPy. Found once, as that takes milliseconds."""
    return ThreadpoolController().select(user_api="blas")


class _Jointly:
    """Non-negative least squares for directions that hardly overlap: of a block of rows, all features at a time.

    Begins with what is not negative of the solution without that constraint. The first sweep moves this by at most
    `overlap` of what was negative, and every other sweep by that part of the way of the last.
    """

    def __init__(self, targets_of, couplings, overlap, tol):
        self._targets_of = targets_of
        self._couplings = np.ascontiguousarray(couplings.T)
        self._start_of = np.linalg.inv(np.eye(len(couplings), dtype=couplings.dtype) + self._couplings)
        self._overlap, self._tol = overlap, tol

    def solve(self, X, weights):
        """Fill weights (rows, features)."""
        shape = (min(len(X), JOINT_BLOCK_ROWS), weights.shape[1])
        # Allocated once: fresh memory of this size is handed out to one thread at a time.
        arrays = np.empty(shape, X.dtype), np.empty(shape, X.dtype), np.zeros(shape, X.dtype)
        for block in batch_slices(len(X), JOINT_BLOCK_ROWS):
            self._solve_block(X[block], weights[block], *(array[: block.stop - block.start] for array in arrays))

    def _solve_block(self, X, weights, targets, spare, zeros):
        np.dot(X, self._targets_of, out=targets)
        np.dot(targets, self._start_of, out=spare)
        np.maximum(spare, zeros, out=weights)
        negative, largest = -float(spare.min()), float(weights.max())
        # What is not a number compares as false, and stays.
        while self._overlap * negative > self._tol * (1 - self._overlap) * largest:
            np.dot(weights, self._couplings, out=spare)
            np.subtract(targets, spare, out=spare)
            np.maximum(spare, zeros, out=weights)
            negative *= self._overlap


def _solve_in_turn(X_block, targets_of, couplings, tol, max_sweeps, weights):
    """Non-negative least squares of one block, one feature after the other: fills weights (rows, features)."""
    targets = np.ascontiguousarray((X_block @ targets_of).T)
    solution = np.maximum(targets, 0)
    for _ in range(max_sweeps):
        before = solution.copy()
        _sweep(solution, targets, couplings)
        if np.abs(solution - before).max(initial=0) <= tol * solution.max(initial=0):
            break
    weights[...] = solution.T


def transform(X, directions, *, tol=1e-5, max_sweeps=500):
    """The W >= 0 with the smallest |X - W H|, for given directions H (features, channels): (rows, features).

    Directions of attribution hardly overlap. Then all features are solved for at a time: every sweep brings the result
    closer by the largest overlap, the norm of the normalised gram matrix less the identity.
    """
    X = np.asarray(X, np.float32)
    directions = directions.astype(X.dtype)
    if not len(directions):
        return np.empty((len(X), 0), X.dtype)
    targets_of, couplings = _scaled(directions, directions @ directions.T)
    targets_of = np.ascontiguousarray(targets_of.T)
    lengths = np.maximum(np.linalg.norm(directions, axis=1), np.finfo(np.float32).tiny)
    overlap = np.linalg.norm(couplings * lengths[:, None] / lengths, ord=2)
    weights = np.empty((len(X), len(directions)), X.dtype)
    if overlap < 0.5:
        jointly = _Jointly(targets_of, couplings, overlap, tol)
        threads = thread_limit()
        parts = batch_slices(len(X), -(-len(X) // threads) or 1)
        with _blas().limit(limits=1), concurrent.futures.ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda part: jointly.solve(X[part], weights[part]), parts))
    else:
        for block in batch_slices(len(X), BLOCK_ROWS):
            _solve_in_turn(X[block], targets_of, couplings, tol, max_sweeps, weights[block])
    if not np.isfinite(weights.max(initial=0)):
        raise InputError("NMF takes finite numbers, but there are NaN or infinite values among the activations.")
    return weights


def squared_lengths(X):
    return np.einsum("nc,nc->n", X, X)


def sampled_rows(X, count, random):
    """About `count` rows of X that stand for all in a fit: W'X and W'W keep their expected values.

    A row is kept with a probability in proportion to its squared length, at most 1, and scaled by the square root of
    the inverse. Attribution is sparse: drawn evenly, rows would miss most of it.
    """
    if len(X) <= count:
        return X
    squares = squared_lengths(X)
    # Rows longer than that are kept; what they leave of `count` is shared out among the others.
    others = squares
    while True:
        limit = float(others.sum(dtype=np.float64)) / (count - len(X) + len(others))
        shorter = others[others <= limit]
        if len(shorter) == len(others):
            break
        others = shorter
    probabilities = squares / np.maximum(squares, max(limit, np.finfo(np.float32).tiny))
    # What is not a number is kept, so that the fit can name it.
    kept = ~(random.uniform(size=len(X)) >= probabilities)
    return X[kept] / np.sqrt(probabilities[kept, None]).astype(X.dtype)


def _enlarged(X):
    """X where it has numbers that are not small, else multiplied by a power of two, which changes no digit."""
    largest = X.max(initial=0)
    return X if largest == 0 or largest >= SMALL else np.ldexp(X, -np.frexp(largest)[1])


def _descend(X, weights, directions, tol, iterations, sweeps=1, overshoot=0):
    """Coordinate descent from W' (features, rows), which it changes, and H; returns H.

    iterations: at most this many; in each W is updated once, and H `sweeps` times. overshoot: H is then extrapolated by
    this share of its step, until that makes the error larger.
    """
    features = len(directions)
    squared_norm = squared_lengths(X).sum(dtype=np.float64)
    error, surplus = np.inf, 0
    for _ in iterations:
        directions = np.maximum(directions + surplus, 0)
        correlations = np.zeros_like(directions)
        weights_gram = np.zeros((features, features))
        targets_of, couplings = (array.astype(np.float32) for array in _scaled(directions, directions @ directions.T))
        targets_of = np.ascontiguousarray(targets_of.T)
        for block in batch_slices(len(X), BLOCK_ROWS):
            part = np.ascontiguousarray(weights[:, block])
            # Transposed afterwards: the same product as targets_of' X' takes OpenBLAS twice as long.
            _sweep(part, np.ascontiguousarray((X[block] @ targets_of).T), couplings)
            weights[:, block] = part
            correlations += part @ X[block]
            weights_gram += part @ part.T
        start = directions.copy()
        for _ in range(sweeps):
            _sweep(directions, *_scaled(correlations, weights_gram))
        last_error = error
        error = (
            squared_norm - 2 * (correlations * directions).sum() + (weights_gram * (directions @ directions.T)).sum()
        )
        too_far = overshoot and error > last_error
        if not too_far and last_error - error <= tol * error:
            break
        overshoot = 0 if too_far else overshoot
        surplus = overshoot * (directions - start)
    return directions


def fit(X, features, *, tol=1e-6, max_iter=2000, progress=None, stage="NMF"):
    """Directions H of the factorisation of X (rows, channels) >= 0: (features, channels), or fewer of them.

    There are fewer where the rows have no more that are independent, and none where all rows are zero: a direction
    that explains nothing of them is left out. How long directions are has no meaning.

    Start and first steps are those of scikit-learn's coordinate descent, so that both end in the same of several local
    optima. Rows of zeros add nothing; few among many rows are kept, else they are left out. Of many rows a sample is
    fitted before all.
    tol: stop when an iteration lowers the squared error by less than this share of it. progress: a Progress to follow
    the iterations as `stage`. Raises InputError for more features than channels, and for numbers that do not fit.
    """
    progress = progress or Progress(quiet=True)
    X = np.asarray(X, np.float32)
    if not (X.min(initial=0) >= 0 and X.max(initial=0) < np.inf):
        raise InputError("NMF takes finite numbers of at least zero.")
    if features > X.shape[1]:
        raise InputError(
            "{} features are asked for, but there are {} channels to make them of; at most {}.".format(
                features, X.shape[1], X.shape[1]
            )
        )
    nonzero = X @ np.ones(X.shape[1], X.dtype) > 0
    # Many rows are not copied to be rid of a few.
    few_zeros = len(X) > SAMPLE_ROWS and nonzero.mean() > 0.9
    X = _enlarged(X if few_zeros or nonzero.all() else X[nonzero])

    def iterations(most):
        # How many there will be is not known: without a length the bar only counts.
        return progress.track(iter(range(most)), stage)

    sample = sampled_rows(X, SAMPLE_ROWS, np.random.RandomState(0))
    weights, directions = nndsvd(sample, features)
    # What begins at zero stays there.
    begun = weights.any(axis=1) | directions.any(axis=1)
    weights, directions = weights[begun], directions[begun]
    if not len(directions):
        return directions
    directions = _descend(sample, weights, directions, tol, iterations(min(FIRST_STEPS, max_iter)))
    for rows in (X,) if sample is X else (sample, X):
        weights = np.ascontiguousarray(transform(rows, directions).T)
        directions = _descend(rows, weights, directions, tol, iterations(max_iter), SWEEPS, OVERSHOOT)
    return directions[weights.any(axis=1) & directions.any(axis=1)]
