"""rl-clarity agents: list the agents that OpenAI published."""

import os
import sys

from understanding_rl_vision.agents.places import PREFIX, derived_stem, local_path
from understanding_rl_vision.agents.published import PUBLISHED
from understanding_rl_vision.cache import cache_folder
from understanding_rl_vision.command_line import command_parser, main

HEADINGS = ("agent", "game", "network", "levels", "solved", "notes", "here")
# Of the derived files the one that is written, and fetched, with any of them.
MODEL_SUFFIX = ".model.pb"

EXPLANATION = """
Every command takes these names in place of a checkpoint, which is then downloaded into the cache:
{}

levels: it was trained on this many, where they were limited. solved: percent of unseen levels, from the article
(procgen/coinrun: of 2,000 levels). What is not known is left out.
here: what of the agent is in the cache. checkpoint: checkpoints/openai/NAME.jd. derived: what was derived from it on
this machine, in rl-clarity/ beside it. published: the derived files that OpenAI published, in published/openai/.
"""


def table(agents, here):
    """The lines of a table of Published agents. here: function from a name to what of the agent is in the cache."""
    rows = [HEADINGS] + [_row(agent, here(agent.name)) for agent in agents]
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]


def _row(agent, here):
    notes = []
    if agent.run is not None:
        notes.append("run {}".format(agent.run))
    if agent.edited is not None:
        notes.append("blinded to {}".format(agent.edited))
    if agent.ablation is not None:
        notes.append("ablation {}".format(agent.ablation))
    if agent.sha256 is not None:
        notes.append("SHA-256 is checked")
    return (
        PREFIX + agent.name,
        agent.game or "",
        agent.network or "",
        "" if agent.levels is None else "{:,}".format(agent.levels),
        "" if agent.solved is None else "{:g}".format(agent.solved),
        ", ".join(notes),
        ", ".join(here),
    )


def in_cache(name):
    """What of an agent of OpenAI's is in the cache, as words."""
    checkpoint, published = (local_path(PREFIX + name, published=published) for published in (False, True))
    files = {
        "checkpoint": checkpoint,
        "derived": derived_stem(checkpoint) + MODEL_SUFFIX,
        "published": derived_stem(published) + MODEL_SUFFIX,
    }
    return [word for word, path in files.items() if os.path.exists(path)]


def list_agents():
    """Print the table of OpenAI's agents."""
    print("\n".join(table(PUBLISHED.values(), in_cache)))
    print(EXPLANATION.format(cache_folder()), end="")


def make_parser():
    return command_parser(
        "agents", "List the agents that OpenAI published with the article, which every command takes by name.", {}, {}
    )


if __name__ == "__main__":
    sys.exit(main(list_agents, make_parser()))
