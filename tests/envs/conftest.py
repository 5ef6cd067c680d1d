import pytest

from understanding_rl_vision.envs import make_env


@pytest.fixture
def make():
    """make_env of kind procgen; what a test has opened is closed after it."""
    opened = []

    def make_and_note(*args, **options):
        opened.append(make_env("procgen", *args, **options))
        return opened[-1]

    yield make_and_note
    for env in opened:
        env.close()
