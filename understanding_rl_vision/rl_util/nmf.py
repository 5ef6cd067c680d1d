"""LayerNMF: the directions of one layer, found by non-negative matrix factorisation (article, "Attribution")."""

from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np

from understanding_rl_vision.annotations import Model
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.progress import Progress
from understanding_rl_vision.rl_util import factorisation, objectives
from understanding_rl_vision.rl_util.batches import DEFAULT_BATCH_SIZE, batch_slices, concatenate
from understanding_rl_vision.rl_util.compute import get_acts, get_attr
from understanding_rl_vision.rl_util.dataset_examples import (
    choose_examples,
    draw_examples,
    patch_border,
    thumbnail_examples,
)
from understanding_rl_vision.rl_util.feature_visualisation import STEPS, maximise
from understanding_rl_vision.rl_util.image_transforms import Transform, jitter
from understanding_rl_vision.threads import ahead

# Those of `vis_traditional`.
TRANSFORMS = (jitter(2),)


def signed_parts(attributions):
    """Positive and negative parts stacked on the batch axis, so that NMF can take signed attributions."""
    return np.concatenate([np.maximum(attributions, 0), np.maximum(-attributions, 0)], axis=0)


def rows_to_fit(arrays, share):
    """Rows (n, channels) of arrays (..., channels) >= 0: all of them, or about `share` of each array with more."""
    random = np.random.RandomState(0)
    rows_of = (array.reshape(-1, array.shape[-1]) for array in arrays)
    return concatenate([rows if share is None else factorisation.sampled_rows(rows, share, random) for rows in rows_of])


class Directions:
    """Directions of a layer's activations and the coordinates along them.

    Parameters
    ----------
    channel_dirs : ndarray (features, channels)
    features : int or None
        How many, or None when they are the channels themselves.
    """

    def __init__(self, channel_dirs: np.ndarray, features: Optional[int]) -> None:
        self.channel_dirs = channel_dirs
        self.features = features

    def transform(self, acts: np.ndarray) -> np.ndarray:
        """The directions' coordinates of activations.

        Parameters
        ----------
        acts : ndarray (..., channels)
            Not negative.

        Returns
        -------
        ndarray (..., features)
            Not negative.
        """
        if self.features is None:
            return acts.copy()
        flat = factorisation.transform(acts.reshape(-1, acts.shape[-1]), self.channel_dirs)
        return flat.reshape(acts.shape[:-1] + (self.features,))

    def inverse_transform(self, acts_reduced: np.ndarray) -> np.ndarray:
        """The activations of coordinates.

        Parameters
        ----------
        acts_reduced : ndarray (..., features)

        Returns
        -------
        ndarray (..., channels)
        """
        return acts_reduced @ self.channel_dirs.astype(acts_reduced.dtype)


class LayerNMF(Directions):
    """A reduction of a layer's channels to a few directions, as in lucid.scratch.rl_util.

    Parameters
    ----------
    model : FrozenModel or Lucid Model
    layer_name : str
        The layer's node.
    obses : ndarray (N, H, W, C)
        Observations in [0, 1] to fit on.
    obses_full : ndarray (N, H', W', 3), optional
        The same as images that people can read, for visualisation; default: `obses`.
    features : int or None
        How many directions; None: the channels themselves.
    attr_layer_name : str, optional
        Fit on the attributions of this node to the layer instead of on activations.
    attr_opts : dict, optional
        Options of get_attr for that; default: 10 points.
    batch_size : int
        Observations in one pass through the network.
    max_rows : int, optional
        Fit on about this many rows (one per observation, position and sign), sampled with a fixed seed; default: all.
    channel_dirs : ndarray (features, channels), optional
        Directions that are known: none are fitted.
    progress : Progress, optional
        Follows the work.
    stage : str
        What the work is called there.

    Attributes
    ----------
    features : int or None
        How many directions there are: the layer may have fewer, see `factorisation.fit`.
    channel_dirs : ndarray (features, channels)
    acts_reduced : ndarray (N, h, w, features)
        The observations' activations.

    Raises
    ------
    InputError
        There are more features than channels, a node is not one, or activations are not finite.

    References
    ----------
    Article, "Attribution". Fitting: see `factorisation`.
    """

    def __init__(
        self,
        model: Model,
        layer_name: str,
        obses: np.ndarray,
        obses_full: Optional[np.ndarray] = None,
        features: Optional[int] = 10,
        *,
        attr_layer_name: Optional[str] = None,
        attr_opts: Optional[Dict[str, Any]] = None,
        batch_size: int = DEFAULT_BATCH_SIZE,
        max_rows: Optional[int] = None,
        channel_dirs: Optional[np.ndarray] = None,
        progress: Optional[Progress] = None,
        stage: str = "NMF",
    ) -> None:
        progress = progress or Progress(quiet=True)
        batches = [obses[rows] for rows in batch_slices(len(obses), batch_size)]

        def acts_of(batch):
            return get_acts(model, layer_name, batch, batch_size=batch_size)

        def attrs_of(batch):
            options = dict({"integrate_steps": 10} if attr_opts is None else attr_opts, batch_size=batch_size)
            return signed_parts(get_attr(model, attr_layer_name, layer_name, batch, **options))

        if channel_dirs is None and features is None:
            channel_dirs = np.eye(acts_of(obses[:1]).shape[-1], dtype=np.float32)
        elif channel_dirs is None:
            fitted_on = acts_of if attr_layer_name is None else attrs_of
            share = None if max_rows is None else max_rows // len(batches)
            rows = rows_to_fit(ahead(fitted_on, progress.track(batches, stage + ": rows")), share)
            channel_dirs = factorisation.fit(rows, features, progress=progress, stage=stage + ": fit")
        super().__init__(channel_dirs, None if features is None else len(channel_dirs))
        self.model = model
        self.layer_name = layer_name
        self.obses_full = obses if obses_full is None else obses_full
        # The activations of one batch at a time: all of them together can take more memory than anything else.
        acts = ahead(acts_of, progress.track(batches, stage + ": activations"))
        self.acts_reduced = concatenate(list(map(self.transform, acts)))
        self._border = (0, 0)
        self._last_choice: Tuple[Any, Any] = (None, None)

    def _widened_border(self, expand_mult):
        """The widest border that any patch so far has needed: Lucid keeps one for all images of a layer."""
        needed = patch_border(self.acts_reduced, self.obses_full, expand_mult)
        self._border = tuple(max(sizes) for sizes in zip(self._border, needed))
        return self._border

    def vis_traditional(
        self,
        feature_list: Union[None, int, Sequence[int]] = None,
        *,
        transforms: Sequence[Transform] = TRANSFORMS,
        l2_coeff: float = 0.0,
        l2_layer_name: Optional[str] = None,
        steps: int = STEPS,
        seed: int = 0,
        progress: Optional[Progress] = None,
    ) -> np.ndarray:
        """Images that maximise the features in the centre, found by gradient ascent.

        Parameters
        ----------
        feature_list : int or sequence of int, optional
            Indices of features; default: all.
        transforms : sequence of callable
            Applied to the images at every step, see `image_transforms`.
        l2_coeff : float
            Factor of the L2 norm, over all images, of a layer's activations, which is subtracted.
        l2_layer_name : str, optional
            That layer.
        steps : int
            Of gradient ascent.
        seed : int
            The same gives the same images.
        progress : Progress, optional
            Follows the work.

        Returns
        -------
        ndarray (features, H, W, C)
            In [0, 1].

        Raises
        ------
        InputError
            `l2_coeff` is given without `l2_layer_name`.
        """
        features = np.arange(len(self.channel_dirs)) if feature_list is None else np.atleast_1d(feature_list)
        terms = [(1.0, objectives.neuron(self.layer_name, self.channel_dirs[features].astype(np.float32)))]
        if l2_coeff != 0:
            if l2_layer_name is None:
                raise InputError(
                    "l2_coeff={} given without l2_layer_name; name the layer to penalise.".format(quoted(l2_coeff))
                )
            terms.append((-l2_coeff, objectives.l2(l2_layer_name, together=True)))
        return maximise(
            self.model,
            objectives.weighted_sum(terms),
            features,
            seed=seed,
            transforms=transforms,
            steps=steps,
            progress=progress,
        )

    def vis_dataset(
        self, feature: int, *, subdiv_mult: float = 1, expand_mult: float = 1, top_frac: float = 0.1
    ) -> Tuple[np.ndarray, List[List[int]]]:
        """Spatially-aware image of a feature: at each position the patch that activates it most just there.

        Parameters
        ----------
        feature : int
            Index of the feature.
        subdiv_mult : float
            Patches per position of the layer.
        expand_mult : float
            Size of a patch, in positions of the layer.
        top_frac : float
            The share of observations that patches are taken from.

        Returns
        -------
        image : ndarray (H, W, 4)
            RGBA.
        grid : list of list of int
            Indices of the observations that patches come from.
        """
        key = (feature, subdiv_mult, top_frac)
        if self._last_choice[0] != key:
            choice = choose_examples(self.acts_reduced[..., feature], subdiv_mult=subdiv_mult, top_frac=top_frac)
            # Images of one choice in several sizes are usually made one after the other.
            self._last_choice = key, choice
        return draw_examples(self._last_choice[1], self.obses_full, expand_mult, self._widened_border(expand_mult))

    def vis_dataset_thumbnail(
        self, feature: int, *, num_mult: int = 1, expand_mult: float = 1, max_rep: Optional[int] = None
    ) -> Tuple[np.ndarray, List[List[int]]]:
        """Grid of the strongest patches of a feature.

        Parameters
        ----------
        feature : int
            Index of the feature.
        num_mult : int
            Patches per side.
        expand_mult : float
            Size of a patch, in positions of the layer.
        max_rep : int, optional
            How many observations may show the same position; default: `num_mult`.

        Returns
        -------
        image : ndarray (H, W, 4)
            RGBA.
        grid : list of list of int
            Indices of the observations that patches come from.
        """
        return thumbnail_examples(
            self.acts_reduced[..., feature],
            self.obses_full,
            num_mult=num_mult,
            expand_mult=expand_mult,
            max_rep=max_rep,
            border=self._widened_border(expand_mult),
        )
