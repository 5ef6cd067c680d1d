"""What is said of the game of a checkpoint."""

from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.agents.games import value_of_success


def test_the_value_is_a_share_of_what_a_success_is_worth_to_the_agent(checkpoint_path):
    checkpoint = read_checkpoint(checkpoint_path)
    assert value_of_success(checkpoint) == 1
    assert value_of_success(read_checkpoint(checkpoint_path, env_kwargs={"reward_scale": 1})) == 10
    for processing, value in (("none", 1), ("normalize", None), ("clip", None)):
        args = dict(checkpoint.args, reward_processing=processing)
        assert value_of_success(checkpoint._replace(args=args)) == value
