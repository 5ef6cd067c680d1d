"""Types in the signatures of several public functions."""

import os
from typing import TYPE_CHECKING, Any, Sequence, Union

# TensorFlow 1.14 has no types, and those of TensorFlow 2 do not know its graphs.
Tensor = Any

if TYPE_CHECKING:
    from typing import Protocol

    PathLike = Union[str, "os.PathLike[str]"]

    class Model(Protocol):
        """A FrozenModel or a Lucid Model."""

        @property
        def graph_def(self) -> Any: ...

        @property
        def input_name(self) -> Any: ...

        @property
        def image_value_range(self) -> Any: ...
else:
    # Python 3.7 has neither protocols nor paths of a kind of text.
    PathLike = Union[str, os.PathLike]
    Model = Any

# One checkpoint, or several to compare.
Checkpoints = Union[PathLike, Sequence[PathLike]]
