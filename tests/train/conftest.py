import pytest

from understanding_rl_vision.train.options import complete_options


@pytest.fixture
def settings():
    """Function: complete options of a small training, with some changed."""

    def complete(**changes):
        small = {"env_name": "coinrun", "num_envs": 4, "num_steps": 8, "num_minibatches": 2, "timesteps_per_proc": 96}
        return complete_options(dict(small, **changes))

    return complete
