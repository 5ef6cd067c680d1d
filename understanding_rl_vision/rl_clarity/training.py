"""`train`, which makes the checkpoints that interfaces are made from."""

from understanding_rl_vision.envs import atari, procgen

# Procgen's games, and Atari's (the name that `train` takes as env_id → Gym's), as scripts for the original import them.
PROCGEN_ENV_NAMES = list(procgen.GAMES)
ATARI_ENV_DICT = dict(atari.GYM_NAMES)


def train(comm=None, *, save_dir=None, resume=None, load_path=None, **options):
    """Train an agent with PPO, as Baselines' PPO2 does, and save checkpoints.

    Writes `checkpoint.jd` (or `checkpoint-N.jd`, N updates, with save_all) every `save_interval` updates and at the
    end, and after every update a row of `progress.csv` and TensorBoard's events.

    Args:
        comm: communicator of mpi4py whose ranks train together, averaging gradients; None takes all processes that
            mpiexec started, or trains in this one.
        save_dir: folder to write to; None makes one in the place for temporary files.
        resume: folder of an earlier training to go on from; its options hold where no others are given, and save_dir
            is the same folder unless given. The curve is that of an uninterrupted training, except for coinrun_old,
            whose games begin anew.
        load_path: checkpoint whose parameters the training begins with, instead of drawing them; its `args` hold where
            no other options are given. It need not be from `train`: the optimiser starts anew.
        **options: env_name, or env_id with env_kind='atari', and others of `train.options.TRAIN_OPTIONS`, or of the
            environment.

    Returns:
        save_dir.

    Raises:
        InputError: what is given cannot be used, or the training diverged; MissingPackageError: the game's package is
            not installed.
    """
    # Training is made of parts of this package, which must be there first.
    from understanding_rl_vision.train.loop import train

    return train(comm, save_dir=save_dir, resume=resume, load_path=load_path, **options)
