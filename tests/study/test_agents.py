"""Which agents a study is of, and what they are trained with."""

import pytest

from tests.helpers.trainings import SMALL
from tests.helpers.untrained import write_checkpoint
from understanding_rl_vision.agents.checkpoints import read_checkpoint
from understanding_rl_vision.errors import InputError
from understanding_rl_vision.options import complete
from understanding_rl_vision.rl_clarity import study
from understanding_rl_vision.study import article_figures as article
from understanding_rl_vision.study.agents import (
    StudyAgent,
    differing_options,
    listed_agents,
    read_agents,
    training_options,
)
from understanding_rl_vision.study.options import STUDY_OPTIONS
from understanding_rl_vision.study.results import conclusions
from understanding_rl_vision.train.options import complete_options


def test_published_agents_are_known_by_their_levels():
    agents = listed_agents(["openai:finite_levels/run_2/coinrun_300", "openai:finite_levels/run_1/coinrun_100"], 2)
    assert [(agent.name, agent.levels) for agent in agents] == [("100-1", 100), ("300-1", 300)]
    # All fourteen of the article, as a shell writes out openai:finite_levels/run_{1,2}/coinrun_{100,...,100000}.
    every = [
        "openai:finite_levels/run_{}/coinrun_{}".format(run, levels) for run in (1, 2) for levels in article.LEVELS
    ]
    agents = listed_agents(every, 2)
    assert [(agent.levels, agent.run) for agent in agents] == [
        (count, run) for count in article.LEVELS for run in (1, 2)
    ]
    assert sorted(agent.path for agent in agents) == sorted(every)


def test_what_is_no_study_is_refused(tmp_path, checkpoint_path):
    for given, said in (
        ([100, 1000], "train_kwargs: No env_name given"),
        ([], "accepted are"),
        ([0, 10], "accepted are"),
        ([10, 10], "accepted are"),
        ("100", "accepted are"),
        ([str(checkpoint_path), "openai:procgen/coinrun"], "without the number of levels"),
        ([(str(checkpoint_path), 5), (str(checkpoint_path), 6)], "twice"),
    ):
        with pytest.raises(InputError, match=said):
            study(given, tmp_path / "none")
    with pytest.raises(InputError, match="at least two"):
        study([100], tmp_path / "none", runs=1)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("given", [{"variant": "larger network"}, {"train_kwargs": {"cnn": "nature"}}, {"runs": 3}])
def test_options_of_training_are_refused_where_nothing_is_trained(tmp_path, given):
    with pytest.raises(InputError, match="{} given, which is of agents to be trained".format(*given)):
        study({"one.jd": 10, "other.jd": 20}, tmp_path / "none", **given)
    assert not (tmp_path / "none").exists()


def test_games_of_points_are_refused_before_anything_is_trained_or_played(tmp_path):
    with pytest.raises(InputError, match="leaper gives points"):
        study([10, 20], tmp_path / "none", train_kwargs=dict(SMALL, env_name="leaper", use_sequential_levels=True))
    listed = [
        write_checkpoint(
            tmp_path / "{}.jd".format(seed), seed=seed, use_sequential_levels=True, env_name="leaper", cnn="nature"
        )
        for seed in range(2)
    ]
    with pytest.raises(InputError, match="leaper gives points"):
        read_agents([StudyAgent(path, 10, 1, path) for path in listed])
    assert not (tmp_path / "none").exists()


def test_agents_of_different_games_are_refused(tmp_path, checkpoint_path):
    pytest.importorskip("procgen")
    other = write_checkpoint(tmp_path / "leaper.jd", env_name="leaper", cnn="nature")
    with pytest.raises(InputError, match="play the same game"):
        study({str(checkpoint_path): 10, other: 20}, tmp_path / "study", quiet=True)


def test_what_agents_differ_in_beside_levels_is_said(tmp_path):
    pytest.importorskip("procgen")
    every = [{"num_levels": 3}, {"num_levels": 5, "start_level": 9}, {"num_levels": 3, "use_backgrounds": False}]
    paths = [
        write_checkpoint(tmp_path / "{}.jd".format(i), cnn="nature", env_name="coinrun", **args)
        for i, args in enumerate(every)
    ]
    one, same, other = map(read_checkpoint, paths)
    assert differing_options([one, same]) == []
    assert differing_options([one, same, other]) == ["use_backgrounds"]
    said = conclusions(dict.fromkeys(("test", "gap", "selective", "interpretable")), ["use_backgrounds"])
    assert said[0].startswith("Agents differ in use_backgrounds of their game too")


def test_variants_are_options_of_training():
    (agent, _) = listed_agents([7], 2)
    settings = complete({"variant": "generated sprites"}, STUDY_OPTIONS, "study()")
    chosen = training_options(agent, settings)
    assert chosen["use_generated_assets"] is True
    assert (chosen["num_levels"], chosen["start_level"], chosen["seed"]) == (7, 0, 0)
    noisy = complete({"variant": "correlated noise", "train_kwargs": SMALL}, STUDY_OPTIONS, "study()")
    trained_with = complete_options(training_options(agent, noisy))
    assert trained_with["image_noise"] > 0 and trained_with["noise_size"] > 0
    with pytest.raises(InputError, match="adversarial training is not possible"):
        complete({"variant": "adversarial training"}, STUDY_OPTIONS, "study()")
    with pytest.raises(InputError, match="num_levels"):
        complete({"train_kwargs": {"num_levels": 3}}, STUDY_OPTIONS, "study()")
