"""Searching many episodes for those to look into: how the article found hallucinations and failures."""

import collections
import csv
import functools
import io
import json
import os

import numpy as np

from understanding_rl_vision.agents.checkpoints import has_value_function, read_checkpoint
from understanding_rl_vision.agents.fetching import fetch
from understanding_rl_vision.agents.games import AGENT_OPTIONS, policy_of
from understanding_rl_vision.agents.places import derived_stem, local_path
from understanding_rl_vision.envs.base import UNKNOWN, check_flag, check_integer, check_path
from understanding_rl_vision.errors import InputError, check_options
from understanding_rl_vision.files import replacing
from understanding_rl_vision.play.advantages import episode_gae, value_spikes
from understanding_rl_vision.play.episodes import (
    EpisodeRecorder,
    as_trajectories,
    play_quota,
)
from understanding_rl_vision.run.loading import (
    DERIVED_FILES,
    LOAD_OPTIONS,
    OBSERVATIONS_OPTIONS,
    check_before_play,
    complete,
    complete_play,
    generate_data,
    sample,
)
from understanding_rl_vision.run.options import GENERATE_OPTIONS, Option, places
from understanding_rl_vision.run.running import play_and_generate

# What is looked for, and how the number found at the frame that shows it is called.
KINDS = {"failure": "lowest advantage", "advantage": "advantage", "spike": "value spike"}
# What can be looked for without a value function, likewise.
KINDS_WITHOUT_VALUE = {"failure": "return"}

SEARCH_OPTIONS = {
    "num_levels": Option(1000, "episodes to search"),
    "top": Option(8, "how many of each kind to show"),
    "kinds": Option(list(KINDS), "what to look for, a list or one of them: {}".format(", ".join(KINDS))),
    "num_envs": Option(32, "games played side by side"),
    "seed": Option(0, "the same seed finds the same"),
    "full_resolution": Option(
        False, "show the frames at the size people see; of each game an episode's are in memory, so few num_envs"
    ),
    "observations_kwargs": LOAD_OPTIONS["observations_kwargs"],
}
SEARCH_OPTIONS.update(AGENT_OPTIONS)

FIND_OPTIONS = dict(SEARCH_OPTIONS)
# The notes on the page are those on what was found.
FIND_OPTIONS.update((name, option) for name, option in GENERATE_OPTIONS.items() if name != "annotations")

TABLE, NOTES = "finds.csv", "finds.notes.json"

# number: in the order in which the episodes ended; steps: how many; total: the sum of the rewards.
Searched = collections.namedtuple("Searched", "number level solved cause steps total")

# What of a kind an episode has: the frame that shows it, the number found there, and its size, by which it is ranked.
Find = collections.namedtuple("Find", "searched frame score size")


def find(checkpoint_path, output_dir=None, *, quiet=False, **options):
    """Search episodes of a checkpoint's agent and write the interface of those that stand out.

    Three kinds are looked for: 'failure', failed episodes by their lowest advantage; 'advantage', all by their largest
    advantage in size; 'spike', all by the largest departure of one frame's value from both its neighbours (article,
    "Hallucinations" and "Dissecting failure"). Of an agent without value function there are failures only, by their
    return; in games of points, where nothing tells what failed, there is no 'failure'. Writes finds.csv, with every
    episode of each kind in order, and the page with the first ones, on which notes lead from one to the next.

    checkpoint_path: as for `run`. output_dir: by default rl-clarity/NAME.finds beside the checkpoint NAME.jd.
    quiet: no progress bars and no closing line. Other options: see FIND_OPTIONS or docs/options.md.

    Returns the path of interface.html. Raises InputError for what cannot be used, and when nothing is found.
    """
    checkpoint_path = check_path("checkpoint_path", checkpoint_path)
    if output_dir is None:
        output_dir = derived_stem(local_path(checkpoint_path)) + ".finds"

    def plan(options):
        check_options(options, list(FIND_OPTIONS), "find()", places(FIND_OPTIONS))
        own = {name: options.pop(name) for name in SEARCH_OPTIONS if name in options}
        gamma, lam = (options.get("gae_" + name) for name in ("gamma", "lambda"))
        return functools.partial(_search, checkpoint_path, output_dir, _checked(own), gamma, lam)

    return play_and_generate(output_dir, plan, options, quiet)


def _checked(given):
    """The options of the search, completed. Raises InputError for a value that is not accepted."""
    options = complete(given, SEARCH_OPTIONS, "find()")
    for name in ("num_levels", "top", "num_envs"):
        options[name] = check_integer(name, options[name], 1)
    options["seed"] = check_integer("seed", options["seed"], 0)
    options["full_resolution"] = check_flag("full_resolution", options["full_resolution"])
    options["observations_kwargs"] = complete_play(options, "observations_kwargs", OBSERVATIONS_OPTIONS, SEARCH_OPTIONS)
    kinds = [options["kinds"]] if isinstance(options["kinds"], str) else options["kinds"]
    if not isinstance(kinds, (list, tuple)) or not kinds or not all(kind in list(KINDS) for kind in kinds):
        raise InputError("kinds={!r} given; some of {} are accepted.".format(options["kinds"], ", ".join(KINDS)))
    options["kinds"] = [kind for kind in KINDS if kind in kinds]
    options["num_envs"] = min(options["num_envs"], options["num_levels"])
    return options


def _search(checkpoint_path, output_dir, options, gamma, lam, *, progress, check):
    """Search, write table and notes, and return the data arguments of generate."""
    checkpoint = read_checkpoint(fetch(checkpoint_path, progress), options["args"], options["env_kwargs"])
    policy = policy_of(checkpoint)
    gamma = checkpoint.args["gamma"] if gamma is None else gamma
    lam = checkpoint.args["lambda"] if lam is None else lam
    has_value = has_value_function(checkpoint.params)
    kinds = options["kinds"] if has_value else _kinds_without_value(options["kinds"], progress)

    def play_trajectories(env, policy):
        search = Search(_tellable(kinds, env, progress), options["top"], gamma, lam, has_value)
        recorder = EpisodeRecorder(env, policy, options["seed"], options["full_resolution"])
        episodes = play_quota(recorder, options["num_levels"], env.num_envs)
        for episode in progress.track(episodes, "searching episodes", total=options["num_levels"]):
            search.add(episode)
        return as_trajectories(_shown(search, output_dir, progress))

    play = {
        "trajectories": {"num_envs": options["num_envs"], "seed": options["seed"]},
        "observations": options["observations_kwargs"],
    }
    opened = check_before_play(check, {"": policy}, options["observations_kwargs"], None)
    full_resolution = options["full_resolution"]
    files = sample(checkpoint, policy, play, DERIVED_FILES, full_resolution, progress, play_trajectories, opened)
    data = generate_data(files, full_resolution, {})
    return dict(data, annotations=os.path.join(output_dir, NOTES))


def _kinds_without_value(kinds, progress):
    """Those of the kinds that can be looked for without a value function. Raises InputError where there are none."""
    left = [kind for kind in kinds if kind in KINDS_WITHOUT_VALUE]
    if not left:
        raise InputError(
            "kinds={!r} given, but the agent has no value function; {} can be looked for without.".format(
                kinds, ", ".join(map(repr, KINDS_WITHOUT_VALUE))
            )
        )
    if left != kinds:
        progress.say("The agent has no value function: only {} is looked for.".format(", ".join(left)))
    return left


def _tellable(kinds, env, progress):
    """The kinds that can be told in an environment. Raises InputError where there is none."""
    if env.tells_solved or "failure" not in kinds:
        return kinds
    if kinds == ["failure"]:
        raise InputError(
            "Only 'failure' could be looked for, but this game gives points and does not tell whether an episode was "
            "solved or failed. Give other kinds, {}, of an agent with a value function.".format(
                " or ".join(repr(kind) for kind in KINDS if kind != "failure")
            )
        )
    progress.say("This game gives points and does not tell what is a failure: none are looked for.")
    return [kind for kind in kinds if kind != "failure"]


class Search:
    """Ranks episodes as they come, and keeps those that stand out.

    kinds: some of KINDS; top: how many of each; gamma, lam: of the advantages; has_value: whether episodes have values.
    """

    def __init__(self, kinds, top, gamma, lam, has_value=True):
        self._top, self._gamma, self._lam, self.has_value = top, gamma, lam, has_value
        self._lowest_value, self._highest_value = np.inf, -np.inf
        self._count = 0
        self._found = {kind: [] for kind in kinds}
        self._leading = {kind: [] for kind in kinds}
        self._kept = {}

    def add(self, episode):
        steps = episode.steps
        facts = episode.level, episode.solved, episode.cause
        searched = Searched(self._count, *facts, len(steps["rewards"]), float(steps["rewards"].sum()))
        self._count += 1
        self._kept[searched.number] = episode
        for kind, found in self._of(episode).items():
            if kind in self._found:
                find = Find(searched, *found)
                self._found[kind].append(find)
                self._leading[kind] = ranked(self._leading[kind] + [find])[: self._top]
        leading = {find.searched.number for finds in self._leading.values() for find in finds}
        self._kept = {number: kept for number, kept in self._kept.items() if number in leading}

    def _of(self, episode):
        """Kind → frame, score and size of what the episode has of it."""
        if not self.has_value:
            rewards = episode.steps["rewards"]
            total = float(rewards.sum())
            return {} if episode.solved else {"failure": (len(rewards) - 1, total, -total)}
        values = episode.steps["values"]
        self._lowest_value = min(self._lowest_value, float(values.min()))
        self._highest_value = max(self._highest_value, float(values.max()))
        advantages = episode_gae(episode.steps["rewards"], values, self._gamma, self._lam)
        spikes = value_spikes(values)
        found = {}
        if episode.solved is False:
            frame = int(np.argmin(advantages))
            found["failure"] = frame, float(advantages[frame]), -float(advantages[frame])
        for kind, scores in (("advantage", advantages), ("spike", spikes)):
            frame = int(np.argmax(np.abs(scores)))
            if scores[frame]:
                found[kind] = frame, float(scores[frame]), abs(float(scores[frame]))
        return found

    @property
    def constant_value(self):
        """The value of all frames where they have but one, else None."""
        return self._lowest_value if self._lowest_value == self._highest_value else None

    @property
    def found(self):
        """Kind → all Finds of it, the largest first."""
        return {kind: ranked(finds) for kind, finds in self._found.items()}

    @property
    def leading(self):
        """Kind → the largest Finds of it."""
        return self._leading

    @property
    def episodes(self):
        """Number → Episode of those in `leading`."""
        return self._kept


def ranked(finds):
    """Finds in falling order of size; equal ones in that of their episodes."""
    return sorted(finds, key=lambda find: (-find.size, find.searched.number))


def _shown(search, output_dir, progress):
    """The Episodes to show, in the order of kinds and ranks; writes the table and the notes."""
    numbers = list(dict.fromkeys(find.searched.number for finds in search.leading.values() for find in finds))
    if not numbers:
        raise InputError(
            "Nothing was found of {}. Give a larger num_levels, or other kinds.".format(", ".join(search.leading))
        )
    if search.constant_value is not None:
        progress.say(
            "The value is {:.3g} at every frame: advantages tell of rewards alone, and there are no spikes.".format(
                search.constant_value
            )
        )
    for kind, finds in search.leading.items():
        if not finds:
            progress.say("There was no {} in these episodes.".format(kind))
    trajectories = {number: trajectory for trajectory, number in enumerate(numbers)}
    _write(os.path.join(output_dir, TABLE), table(search.found, trajectories))
    _write(os.path.join(output_dir, NOTES), json.dumps(notes(search.leading, trajectories, search.has_value), indent=1))
    return [search.episodes[number] for number in numbers]


def _write(path, text):
    with replacing(path) as file:
        file.write(text.encode("utf-8"))


def table(found, trajectories):
    """CSV of all Finds by kind. As on the page, frames and trajectories count from 1; those not shown have none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow("kind rank score frame trajectory level solved cause steps return".split())
    for kind, finds in found.items():
        for rank, (searched, frame, score, _) in enumerate(finds, 1):
            shown = trajectories.get(searched.number)
            solved = "" if searched.solved is None else int(searched.solved)
            writer.writerow(
                [kind, rank, "{:.6g}".format(score), frame + 1, "" if shown is None else shown + 1, searched.level]
                + [solved, searched.cause, searched.steps, "{:.6g}".format(searched.total)]
            )
    return text.getvalue()


def notes(leading, trajectories, has_value=True):
    """Notes for the page on the frames of the leading Finds by kind, in their order."""
    called = KINDS if has_value else KINDS_WITHOUT_VALUE
    return [
        {
            "trajectory": trajectories[searched.number],
            "frame": frame,
            "text": "{}: {} {:+.3g}".format(_which(kind, rank, len(finds), searched), called[kind], score),
        }
        for kind, finds in leading.items()
        for rank, (searched, frame, score, _) in enumerate(finds, 1)
    ]


def _which(kind, rank, count, searched):
    where = "" if searched.level is None else " in level {}".format(searched.level)
    how = {True: "solved", False: "failed", None: "return {:.3g}".format(searched.total)}[searched.solved]
    if searched.cause not in (None, UNKNOWN):
        how += " by {}".format(searched.cause)
    return "{} {} of {}{}, {}".format(kind.capitalize(), rank, count, where, how)
