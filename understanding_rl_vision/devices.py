"""Which GPU a process takes, and how."""

import functools
import os

from understanding_rl_vision.tensorflow1 import tf
from understanding_rl_vision.terminal import without_noise

# The number of a process among those on its machine: Open MPI, MPICH and Intel MPI, MVAPICH, Slurm.
LOCAL_RANK_VARIABLES = (
    "OMPI_COMM_WORLD_LOCAL_RANK",
    "MPI_LOCALRANKID",
    "MV2_COMM_WORLD_LOCAL_RANK",
    "SLURM_LOCALID",
)


def local_rank():
    """The number of this process among those that a launcher started on this machine; 0 without a launcher."""
    return next((int(os.environ[name]) for name in LOCAL_RANK_VARIABLES if os.environ.get(name)), 0)


@functools.lru_cache(maxsize=None)
def _gpus():
    # Where there are none, it is here that TensorFlow says so.
    with without_noise():
        return tf.config.experimental.list_physical_devices("GPU")


def has_gpu():
    """Whether TensorFlow has a GPU to compute on."""
    return bool(_gpus())


def session_config():
    """Session options that take memory as it is needed, of one GPU: GPUs are dealt out by local rank."""
    config = tf.ConfigProto()
    config.gpu_options.allow_growth = True
    # TensorFlow 2 makes the remapper fail on sums such as those of residual blocks, says so as an error, and goes on.
    # Without it sessions are as fast.
    rewrites = config.graph_options.rewrite_options
    rewrites.remapping = rewrites.OFF
    if has_gpu():
        config.gpu_options.visible_device_list = str(local_rank() % len(_gpus()))
    return config
