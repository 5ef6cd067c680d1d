"""What an unpickled torch file holds: tensors by their names, convolutions, and facts.

Names are those of `state_dict()`, also of modules that were pickled whole.
"""

import collections

from understanding_rl_vision.agent_files.facts import Facts
from understanding_rl_vision.agent_files.torch_pickles import Inert, Tensor
from understanding_rl_vision.errors import InputError, cut
from understanding_rl_vision.rl_util.placeholders import Placeholder

# Objects and attributes that are looked at: they may be in one another again and again.
MOST_PARTS = 200_000
DEEPEST = 64

Contents = collections.namedtuple("Contents", "tensors facts convolutions")
_CONVOLUTION = ("kernel_size", "stride", "padding", "dilation", "groups")


def contents(value):
    """Contents of what was unpickled, with `torch_pickles.Tensor`s. Raises InputError where there are none."""
    if _is_optimizer("", value):
        raise InputError("It holds the state of an optimiser, and no network; give the network's own file.")
    unwrapping, walk = _Unwrapping(), _Walk()
    walk.visit(unwrapping.network(value), "", 0)
    if not walk.tensors:
        instead = ", but " + value.name if isinstance(value, Placeholder) else ""
        raise InputError("It holds no tensors of a network{}.".format(instead))
    facts = unwrapping.facts
    if walk.modules:
        facts["modules"] = walk.modules
    return Contents(walk.tensors, facts, walk.convolutions)


def _items(value):
    """Key and value of what a container holds, or None for others."""
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, (list, tuple)) else None


def _is_optimizer(key, value):
    if isinstance(value, (dict, list, tuple)):
        named_so = isinstance(key, str) and "optim" in key.lower()
        return named_so or isinstance(value, dict) and "param_groups" in value
    return isinstance(value, Inert) and value.name.startswith("torch.optim.")


class _Bounded:
    def __init__(self):
        self._left = MOST_PARTS

    def _count(self, parts=1):
        self._left -= parts
        if self._left < 0:
            raise InputError("Objects in it have more than {:,} parts, all told.".format(MOST_PARTS))


class _Unwrapping(_Bounded):
    """Finds the network in what wraps it. Plain values beside it become `facts`, others are told as left out."""

    def __init__(self):
        super().__init__()
        self.facts = Facts()

    def network(self, value):
        for _ in range(DEEPEST):
            items = _items(value)
            if items is None:
                return value
            items = list(items)
            if any(isinstance(item, Tensor) and item.shape for _, item in items):
                beside = {key for key, item in items if _is_optimizer(key, item) or not self._holds_tensors(item)}
                self._tell([(key, item) for key, item in items if key in beside])
                return {key: item for key, item in items if key not in beside}
            holding = [entry for entry in items if self._holds_network(*entry)]
            self._tell([(key, item) for key, item in items if not self._holds_network(key, item)])
            if len(holding) != 1:
                return dict(holding)
            ((_, value),) = holding
        return value

    def _holds_network(self, key, value):
        return not isinstance(value, Tensor) and not _is_optimizer(key, value) and self._holds_tensors(value)

    def _holds_tensors(self, value):
        seen, waiting = set(), [value]
        while waiting:
            value = waiting.pop()
            if isinstance(value, Tensor):
                return True
            value = value.state if isinstance(value, Inert) else value
            if isinstance(value, (dict, list, tuple)) and id(value) not in seen:
                self._count(len(value))
                seen.add(id(value))
                waiting.extend(value.values() if isinstance(value, dict) else value)
        return False

    def _tell(self, items):
        for key, item in items:
            self._count()
            if _is_optimizer(key, item):
                self.facts.leave_out("the optimiser {}".format(cut(str(key), 100)))
            elif item is not None and not isinstance(item, Tensor) and isinstance(key, (str, int)):
                self.facts.tell(key, item)


class _Walk(_Bounded):
    """tensors: name → Tensor, modules: name → class, convolutions: name → what its Conv2d says, of what was visited."""

    def __init__(self):
        super().__init__()
        self.tensors, self.convolutions, self.modules = collections.OrderedDict(), {}, {}

    def visit(self, value, name, depth):
        if depth > DEEPEST:
            raise InputError("Modules in it lie more than {} deep in one another.".format(DEEPEST))
        if isinstance(value, Tensor):
            self.tensors[name] = value
        elif isinstance(value, Inert):
            self._visit_object(value, name, depth)
        else:
            self._visit_parts(_items(value) or (), name, depth)

    def _visit_parts(self, items, name, depth):
        for key, item in items:
            # Names grow with each module that they are in.
            self._count(1 + len(name) // 64)
            if isinstance(item, (Tensor, Inert, dict, list, tuple)) and isinstance(key, (str, int)):
                self.visit(item, "{}.{}".format(name, key) if name else str(key), depth + 1)

    def _visit_object(self, value, name, depth):
        state = value.state
        own, buffers, inner = (
            state[key] if isinstance(state.get(key), dict) else None for key in ("_parameters", "_buffers", "_modules")
        )
        if own is None or inner is None:
            # A module of TorchScript has its parts as attributes.
            own, inner = state, {}
        if state:
            self.modules[name] = cut(value.name, 200)
        kernel = own.get("weight")
        if isinstance(kernel, Tensor) and len(kernel.shape) == 4 and "kernel_size" in state:
            told = Facts()
            for key in _CONVOLUTION:
                told.tell(key, state.get(key))
            self.convolutions[name] = dict(told, **{"class": self.modules[name]})
        dropped = state.get("_non_persistent_buffers_set")
        kept = (buffers or {}).items()
        if isinstance(dropped, (set, frozenset)):
            kept = ((key, item) for key, item in kept if key not in dropped)
        for items in (own.items(), kept, inner.items()):
            self._visit_parts(items, name, depth)
