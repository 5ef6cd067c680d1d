"""What computes: a GPU's streams and CUDA graphs, or CPUs, behind the same few functions.

Networks are fused by torch.compile, and what is launched again and again is launched as CUDA graphs. On CPUs everything
runs as it stands, unless fused kernels are asked for.
"""

import collections
import contextlib
import time

import torch

Machine = collections.namedtuple("Machine", "device dtype fused")
Machine.__doc__ = """What computes: a torch.device, the dtype of convolutions, and whether kernels are compiled and, on
a GPU, launched as CUDA graphs."""


def add_machine_options(parser):
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], help="default: bfloat16 on a GPU, else float32")
    parser.add_argument(
        "--fused", choices=["yes", "no"], help="whether kernels are compiled (default: on a GPU); needs a C++ compiler"
    )


def machine_of(options):
    """The Machine of the options of `add_machine_options`. Seeds PyTorch's random numbers."""
    torch.manual_seed(options.seed)
    device = torch.device(options.device)
    on_gpu = device.type == "cuda"
    torch.backends.cudnn.benchmark = True
    dtype = getattr(torch, options.dtype) if options.dtype else torch.bfloat16 if on_gpu else torch.float32
    return Machine(device, dtype, options.fused == "yes" if options.fused else on_gpu)


def compiled(network, machine):
    return torch.compile(network, dynamic=False) if machine.fused else network


def new_stream(machine, priority=0):
    return torch.cuda.Stream(priority=priority) if machine.device.type == "cuda" else None


def on(stream):
    return torch.cuda.stream(stream) if stream else contextlib.nullcontext()


def wait_for(stream):
    """Until what the stream has been given is done, without keeping a core busy, which the games need."""
    if stream:
        event = torch.cuda.Event(blocking=True)
        event.record(stream)
        event.synchronize()


def as_graph(function, stream, machine):
    """A function without arguments as one CUDA graph, to be called on its stream; on CPUs the function itself.

    What the graph returns are the tensors that it fills anew at each call.
    """
    if stream is None or not machine.fused:
        return function
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        outputs = function()

    def replay():
        graph.replay()
        return outputs

    return replay


class Clock:
    """Adds up the seconds that a stream, or on CPUs a thread, spends on each of several things."""

    def __init__(self, stream):
        self._stream, self._pending = stream, []
        self.seconds = collections.Counter()

    @contextlib.contextmanager
    def on(self, name):
        if self._stream is None:
            with self.outside(name):
                yield
            return
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record(self._stream)
        yield
        end.record(self._stream)
        self._pending.append((name, start, end))

    @contextlib.contextmanager
    def outside(self, name):
        """For what the processor does."""
        start = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - start

    def settle(self):
        """To be called when the stream has been waited for."""
        for name, start, end in self._pending:
            self.seconds[name] += start.elapsed_time(end) / 1000
        self._pending.clear()
