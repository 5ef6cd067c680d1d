"""Frozen models: a TensorFlow graph with constants for parameters, in Lucid's file format.

The file is a serialised GraphDef with one string constant more, `lucid_metadata_json`, which tells the name
of the input, its shape and its range of values (lucid.modelzoo.util, `infuse_metadata`).
"""

import json
import numbers
from typing import Any, List, Optional, Sequence

import numpy as np

from understanding_rl_vision.annotations import Model, PathLike
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.files import here
from understanding_rl_vision.rl_util.graph_checks import checked_graph, node_of
from understanding_rl_vision.rl_util.sessions import model_session
from understanding_rl_vision.tensorflow1 import building, tf

METADATA_NODE = "lucid_metadata_json"
METADATA_KEYS = ("input_name", "image_shape", "image_value_range")
LONGEST_SIDE = 4096
LARGEST_VALUE = 1e9


class FrozenModel:
    """A frozen model, with the attributes of a Lucid Model that describe the graph.

    Parameters
    ----------
    graph_def : GraphDef
        The graph, without its metadata; nodes are on no device.
    input_name : str
        The node that takes images, (N, H, W, C).
    image_shape : sequence of int
        (H, W, C).
    image_value_range : sequence of float
        The lowest and the highest value of the images.
    model_path : path, optional
        The file that it was loaded from.

    Attributes
    ----------
    output_names : list of str
        The nodes that no other node uses.
    """

    def __init__(
        self,
        graph_def: Any,
        *,
        input_name: str,
        image_shape: Sequence[int],
        image_value_range: Sequence[float],
        model_path: Optional[PathLike] = None,
    ) -> None:
        self.graph_def = graph_def
        self.input_name = input_name
        self.image_shape = tuple(image_shape)
        self.image_value_range = tuple(image_value_range)
        self.model_path = model_path
        used = {node_of(name) for node in graph_def.node for name in node.input}
        self.output_names = [node.name for node in graph_def.node if node.name not in used]

    @classmethod
    def load(cls, path: PathLike) -> "FrozenModel":
        """The model in a file.

        Parameters
        ----------
        path : path
            A frozen model (.pb), such as `load` of rl_clarity or Lucid's Model.save writes.

        Returns
        -------
        FrozenModel

        Raises
        ------
        InputError
            The file is missing or is no frozen model.
        """
        try:
            with open(here(path), "rb") as file:
                return cls.from_bytes(file.read(), model_path=path)
        except OSError as error:
            raise InputError(
                "Cannot read the model {}: {}. Give the path of a frozen model (.pb).".format(path, error.strerror)
            ) from None

    @classmethod
    def from_bytes(cls, model_bytes: bytes, *, model_path: Optional[PathLike] = None) -> "FrozenModel":
        """The model in a file's bytes.

        Parameters
        ----------
        model_bytes : bytes
        model_path : path, optional
            What messages call the model.

        Returns
        -------
        FrozenModel

        Raises
        ------
        InputError
            The bytes are no frozen model.
        """
        name = "The model {}".format(model_path) if model_path else "The model"
        try:
            graph_def = tf.GraphDef.FromString(model_bytes)
            (metadata_node,) = [node for node in graph_def.node if node.name == METADATA_NODE]
            metadata = json.loads(metadata_node.attr["value"].tensor.string_val[0][: 1 << 16].decode("utf-8"))
            metadata = {key: metadata[key] for key in METADATA_KEYS}
        except Exception:  # The parser of each protobuf version raises its own error.
            raise InputError(
                "{} is not a frozen model with Lucid's metadata. Give a file that load() or Lucid's "
                "Model.save wrote.".format(model_path or "The model")
            ) from None
        graph_def.node.remove(metadata_node)
        checked_graph(graph_def, name)
        _check_metadata(metadata, name)
        if metadata["input_name"] not in [node.name for node in graph_def.node]:
            raise InputError(
                "{} names {} as its input, which is not one of its nodes.".format(name, quoted(metadata["input_name"]))
            )
        return cls(graph_def, model_path=model_path, **metadata)

    def to_bytes(self) -> bytes:
        """The bytes of the model's file.

        Returns
        -------
        bytes
        """
        graph_def = tf.GraphDef.FromString(self.graph_def.SerializeToString())
        return _to_bytes(graph_def, self.input_name, self.image_shape, self.image_value_range)


def _check_metadata(metadata, name):
    """Raise InputError unless the metadata are of their kinds."""
    shape, values = metadata["image_shape"], metadata["image_value_range"]
    if not isinstance(metadata["input_name"], str):
        raise InputError("{} has the input_name {}; a text is accepted.".format(name, quoted(metadata["input_name"])))
    if not _are(shape, 3, numbers.Integral) or not all(0 < side <= LONGEST_SIDE for side in shape):
        raise InputError(
            "{} has the image_shape {}; height, width and channels, from 1 to {}, are accepted.".format(
                name, quoted(shape), LONGEST_SIDE
            )
        )
    if not _are(values, 2, numbers.Real) or not -LARGEST_VALUE <= values[0] < values[1] <= LARGEST_VALUE:
        raise InputError(
            "{} has the image_value_range {}; two numbers, the first below the second, are accepted.".format(
                name, quoted(values)
            )
        )


def _are(value, length, kind):
    return (
        isinstance(value, (list, tuple))
        and len(value) == length
        and all(isinstance(item, kind) and not isinstance(item, bool) for item in value)
    )


def freeze_model(
    sess: Any,
    *,
    input_name: str,
    output_names: Sequence[str],
    image_shape: Sequence[int],
    image_value_range: Sequence[float],
) -> bytes:
    """Freeze the part of a session's graph that leads to the outputs.

    Parameters
    ----------
    sess : Session
        Its variables have values.
    input_name : str
        The node of the images (no ':0').
    output_names : sequence of str
        The nodes to keep, with what they need.
    image_shape : sequence of int
        (H, W, C).
    image_value_range : sequence of float
        The lowest and the highest value of the images.

    Returns
    -------
    bytes
        Of a frozen model file.
    """
    with building(sess.graph):
        graph_def = tf.graph_util.remove_training_nodes(
            sess.graph.as_graph_def(), protected_nodes=[input_name, *output_names]
        )
        graph_def = tf.graph_util.convert_variables_to_constants(sess, graph_def, list(output_names))
    # Older versions of TensorFlow refuse attributes that they do not know, even at their defaults.
    graph_def = tf.train.export_meta_graph(
        graph=tf.Graph(), graph_def=graph_def, clear_devices=True, strip_default_attrs=True
    ).graph_def
    return _to_bytes(graph_def, input_name, image_shape, image_value_range)


def _to_bytes(graph_def, input_name, image_shape, image_value_range):
    metadata = {
        "input_name": input_name,
        "image_shape": list(image_shape),
        "image_value_range": list(image_value_range),
    }
    node = graph_def.node.add(name=METADATA_NODE, op="Const")
    node.attr["dtype"].type = tf.string.as_datatype_enum
    node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(json.dumps(metadata)))
    return graph_def.SerializeToString(deterministic=True)


def get_var(model: Model, var_name: str) -> np.ndarray:
    """The value of a node that depends on no image, such as a parameter.

    Parameters
    ----------
    model : FrozenModel or Lucid Model
    var_name : str
        Name of the node.

    Returns
    -------
    ndarray
        Of the node's shape.

    Raises
    ------
    InputError
        The model has no such node.
    """
    session = model_session(model)
    return session.run(session.tensor(var_name), {})


def get_shape(model: Model, node_name: Optional[str]) -> List[Optional[int]]:
    """The shape of a node's output.

    Parameters
    ----------
    model : FrozenModel or Lucid Model
    node_name : str or None
        Name of the node; None: the input.

    Returns
    -------
    list of int or None
        None where the size follows from the images'.

    Raises
    ------
    InputError
        The model has no such node.
    """
    shape = model_session(model).tensor(node_name).get_shape()
    if shape.ndims is None:
        raise InputError("The shape of the model's node {} is not known.".format(quoted(node_name)))
    return shape.as_list()
