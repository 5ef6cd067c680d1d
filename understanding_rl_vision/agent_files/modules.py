"""What an unpickled torch file holds: tensors by their names, convolutions, and facts.

Names are those of `state_dict()`, also of modules that were pickled whole.
"""

import collections

from understanding_rl_vision.agent_files.facts import plain
from understanding_rl_vision.agent_files.torch_pickles import Inert, Tensor
from understanding_rl_vision.errors import InputError, cut
from understanding_rl_vision.rl_util.placeholders import Placeholder

MOST_NAMES = 20_000
DEEPEST = 64

Contents = collections.namedtuple("Contents", "tensors facts convolutions")
_CONVOLUTION = ("kernel_size", "stride", "padding", "dilation", "groups")


def contents(value):
    """Contents of what was unpickled, with `torch_pickles.Tensor`s. Raises InputError where there are none."""
    if _is_optimizer("", value):
        raise InputError("It holds the state of an optimiser, and no network; give the network's own file.")
    facts = {}
    network = _unwrapped(value, facts)
    walk = _Walk()
    walk.visit(network, "", 0)
    if not walk.tensors:
        raise InputError("It holds no tensors of a network{}.".format(_instead(value)))
    if isinstance(network, dict):
        _tell(network, facts)
    if walk.modules:
        facts["modules"] = walk.modules
    return Contents(walk.tensors, facts, walk.convolutions)


def _instead(value):
    return ", but a " + value.name if isinstance(value, Placeholder) else ""


def _unwrapped(value, facts):
    """What is in wrappers of a single network. Plain values beside it become facts, others are told as left out."""
    for _ in range(DEEPEST):
        items = _items(value)
        if items is None or any(isinstance(item, Tensor) and item.shape for item in items.values()):
            return value
        holding = [
            key
            for key, item in items.items()
            if not isinstance(item, Tensor) and not _is_optimizer(key, item) and _holds_tensors(item)
        ]
        optimizers = [str(key) for key, item in items.items() if _is_optimizer(key, item)]
        if optimizers:
            _leave_out(facts, ["the optimiser {}".format(cut(name, 100)) for name in optimizers])
        rest = {key: item for key, item in items.items() if key not in holding and str(key) not in optimizers}
        _tell(rest, facts)
        if len(holding) != 1:
            return {key: items[key] for key in holding}
        value = items[holding[0]]
    return value


def _items(value):
    if isinstance(value, dict):
        return value
    return dict(enumerate(value)) if isinstance(value, (list, tuple)) else None


def _is_optimizer(key, value):
    if isinstance(value, dict):
        return "param_groups" in value or isinstance(key, str) and "optim" in key.lower()
    return isinstance(value, Inert) and value.name.startswith("torch.optim.")


def _holds_tensors(value):
    seen, waiting = set(), [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Tensor):
            return True
        value = value.state if isinstance(value, Inert) else value
        if isinstance(value, (dict, list, tuple)) and id(value) not in seen:
            seen.add(id(value))
            waiting.extend(value.values() if isinstance(value, dict) else value)
    return False


def _tell(items, facts):
    """Put what is plain of some items into the facts, and of what is not that it was left out."""
    for key, item in items.items():
        if isinstance(item, Tensor) and not item.shape or _holds_tensors(item):
            continue
        told, value = plain(item)
        if not isinstance(key, (str, int)) or item is None:
            continue
        if told:
            facts.setdefault(cut(str(key), 200), value)
        else:
            of = item.name if isinstance(item, Placeholder) else type(item).__name__
            _leave_out(facts, ["{}: a {}".format(cut(str(key), 100), cut(of, 200))])


def _leave_out(facts, told):
    facts["left_out"] = (facts.get("left_out", []) + told)[:100]


class _Walk:
    """tensors: name → Tensor, modules: name → class, convolutions: name → what its Conv2d says, of what was visited."""

    def __init__(self):
        self.tensors, self.convolutions, self.modules = collections.OrderedDict(), {}, {}
        self._visited = 0

    def visit(self, value, name, depth):
        self._visited += 1
        if depth > DEEPEST or self._visited > MOST_NAMES:
            raise InputError("Modules in it lie too deep in one another, or are more than {:,}.".format(MOST_NAMES))
        if isinstance(value, Tensor):
            self.tensors[name] = value
        elif isinstance(value, Inert):
            self._visit_object(value, name, depth)
        elif isinstance(value, (dict, list, tuple)):
            for key, item in _items(value).items():
                self._visit_part(item, name, key, depth)

    def _visit_part(self, value, name, key, depth):
        if isinstance(value, (Tensor, Inert, dict, list, tuple)) and isinstance(key, (str, int)):
            self.visit(value, "{}.{}".format(name, key) if name else str(key), depth + 1)

    def _visit_object(self, value, name, depth):
        state = value.state
        own, buffers, inner = (_items(state.get(key)) for key in ("_parameters", "_buffers", "_modules"))
        if own is None or inner is None:
            # A module of TorchScript has its parts as attributes.
            own, inner = state, {}
        if state:
            self.modules[name] = cut(value.name, 200)
        kernel = own.get("weight")
        if isinstance(kernel, Tensor) and len(kernel.shape) == 4 and "kernel_size" in state:
            told = {key: plain(state[key])[1] for key in _CONVOLUTION if key in state}
            self.convolutions[name] = dict(told, **{"class": self.modules[name]})
        dropped = state.get("_non_persistent_buffers_set")
        for parts in (own, buffers or {}, inner):
            for key, item in parts.items():
                if parts is not buffers or not isinstance(dropped, (set, frozenset)) or key not in dropped:
                    self._visit_part(item, name, key, depth)
