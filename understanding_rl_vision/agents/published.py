"""The agents that OpenAI published with the article: their names, and what is known of each."""

import collections

from understanding_rl_vision.envs.procgen import GAMES

ADDRESS = "https://openaipublic.blob.core.windows.net/rl-clarity/attribution/models/"

Published = collections.namedtuple(
    "Published", "name game levels run network edited ablation solved sha256", defaults=(None,) * 7
)
Published.__doc__ = """An agent of OpenAI's; what is not known, or does not apply, is None.

name: in the index, such as 'procgen/coinrun'; game: its `env_name`; levels: how many it was trained on, where they were
limited; run: which of the trainings that differ only in chance; network: its `cnn`; edited: what it was blinded to;
ablation: its number among those of IMPALA's network; solved: percent of unseen levels; sha256: of the checkpoint.
"""

# Percent of 10,000 unseen levels that agents trained on this many levels solve, in two runs (article, "Interpretability
# and generalization").
SOLVED = {
    100: (61.81, 64.13),
    300: (66.95, 67.64),
    1000: (74.93, 73.46),
    3000: (89.87, 90.36),
    10000: (97.53, 97.44),
    30000: (98.66, 98.89),
    100000: (99.25, 99.35),
}

# The two that have been at hand.
SHA256 = {
    "coinrun": "507ae71be49541145b2fa030324f142b35af71d3003e0288442c99cf38bea6c8",
    "procgen/coinrun": "18818904a32842cc177dd3c666b0229a657d0e96b9a7f2be197d6c7f4431a1ac",
}


def _index():
    # Solved are what the failures of the article's "Model editing" leave.
    original = {"game": "coinrun_old", "network": "clear"}
    yield Published("coinrun", solved=99.27, sha256=SHA256["coinrun"], **original)
    for run in (1, 2):
        for levels, solved in SOLVED.items():
            name = "finite_levels/run_{}/coinrun_{}".format(run, levels)
            yield Published(name, levels=levels, run=run, solved=solved[run - 1], **original)
    yield Published("edit/coinrun_saw_edit", edited="buzzsaws", solved=86.95, **original)
    yield Published("edit/coinrun_enemy_edit", edited="enemies moving left", solved=93.91, **original)
    for game in GAMES:
        name = "procgen/" + game
        # Of 2,000 levels, played here.
        known = {"network": "clear", "solved": 98.5} if game == "coinrun" else {}
        yield Published(name, game, sha256=SHA256.get(name), **known)
    for ablation in range(8):
        yield Published("impala/coinrun_ablation_{}".format(ablation), game=None, network="impala", ablation=ablation)


# Name → Published, in the order of OpenAI's index.
PUBLISHED = {agent.name: agent for agent in _index()}
