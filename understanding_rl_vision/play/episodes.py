"""Whole episodes of an agent that plays: those that were solved or failed, or of chosen levels."""

import collections

import numpy as np

from understanding_rl_vision.checks import check_integer
from understanding_rl_vision.envs.outcomes import Tally
from understanding_rl_vision.envs.procgen import MAX_LEVEL
from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.large_arrays import RowFile, joined
from understanding_rl_vision.play.draws import draw_actions

OUTCOMES = ("failed", "solved")

# Games that play chosen levels side by side.
MOST_GAMES = 32

# Arrays of pictures, which are in files as they come; see `large_arrays`.
PICTURES = ("observations", "observations_full")

# level, solved, cause: as in `envs.outcomes.Outcome`; steps: the arrays of its steps by name, (T, ...): observations,
# actions, rewards, values where the agent has them, final_values (see `advantages.with_final_values`) where games tell
# what was cut off and, at full resolution, observations_full. Of PICTURES they are Rows.
Episode = collections.namedtuple("Episode", "level solved cause steps")


def with_episodes(play, wanted):
    """The options of playing trajectories, made to play these episodes: 'failed', 'solved', or a list of level numbers.

    Raises InputError for anything else.
    """
    if isinstance(wanted, str) and wanted in OUTCOMES:
        return dict(play, episodes=wanted)
    if not isinstance(wanted, (list, tuple)) or not wanted:
        raise InputError(
            "episodes={} given; 'failed', 'solved' or a list of level numbers is accepted.".format(quoted(wanted))
        )
    levels = [check_integer("a level number of episodes", level, 0, MAX_LEVEL) for level in wanted]
    return dict(play, episodes=levels, num_envs=min(len(levels), MOST_GAMES))


def with_levels_of(play, trajectories):
    """The options of playing trajectories, made to play the levels of these, as others have played them.

    Raises InputError where levels have no numbers.
    """
    levels = [facts["level"] for facts in trajectories["episodes"]]
    if None in levels:
        raise InputError(
            "episodes={} given with several checkpoints; this game's levels have no numbers by which the others "
            "could play the same. Leave episodes out, or make a page for each.".format(quoted(play["episodes"]))
        )
    return with_episodes(play, levels)


class EpisodeRecorder:
    """Plays the games of an environment side by side and keeps each game's episode until it ends.

    env: an Environment that has just been made. policy: has `outputs(observations)`, such as a Policy. seed: of the
    drawn actions.
    """

    def __init__(self, env, policy, seed, full_resolution=False):
        env.watch_endings()
        self._env, self._policy, self._full_resolution = env, policy, full_resolution
        self._random = np.random.RandomState(seed)
        self._tally = Tally(env)
        self._files = {}
        self._kept = [collections.defaultdict(list) for _ in range(env.num_envs)]

    def start_levels(self, levels):
        """Begin levels, given as game → number, in games whose episode has just ended or that have not played."""
        self._env.start_levels(levels)

    def step(self, games):
        """Play a step; returns the Episodes that it ended by game. games: those that are played, a list.

        The others do something too, which is forgotten; once left out, a game has to stay out.
        """
        _, observations, _ = self._env.observe()
        frames = self._env.full_frames() if self._full_resolution else None
        logits, values = self._policy.outputs(observations[games])
        logits_of_all = np.zeros((self._env.num_envs, logits.shape[1]), logits.dtype)
        logits_of_all[games] = logits
        # Drawn for every game, so that what one does depends on no other.
        actions = draw_actions(logits_of_all, self._random)
        self._env.act(actions)
        rewards, _, firsts = self._env.observe()
        for i, game in enumerate(games):
            arrays = self._kept[game]
            self._keep_picture(arrays, "observations", observations[game])
            arrays["actions"].append(actions[game])
            arrays["rewards"].append(rewards[game])
            if values is not None:
                arrays["values"].append(values[i])
            if frames is not None:
                self._keep_picture(arrays, "observations_full", frames[game])
        outcomes = self._tally.step(rewards, firsts)
        final = final_values(self._env, self._policy)
        return {game: self._finished(game, outcomes[game], final) for game in games if game in outcomes}

    def _keep_picture(self, arrays, name, picture):
        if name not in arrays:
            if name not in self._files:
                self._files[name] = RowFile(picture.shape, picture.dtype)
            arrays[name] = self._files[name].rows()
        arrays[name].append(picture)

    def _finished(self, game, outcome, final):
        arrays, self._kept[game] = self._kept[game], collections.defaultdict(list)
        steps = {name: np.stack(rows[: outcome.steps]) for name, rows in arrays.items() if name not in PICTURES}
        for name in PICTURES:
            if name in arrays:
                steps[name] = arrays[name]
                steps[name].cut(outcome.steps)
        if final is not None:
            steps["final_values"] = np.zeros(outcome.steps, np.float32)
            steps["final_values"][-1] = final[game]
        return Episode(outcome.level, outcome.solved, outcome.cause, steps)


def final_values(env, policy):
    """The values (N,) of the observations at which a limit cut episodes off in the last step, 0 in other games.

    None of games that tell of no such, and of agents without values.
    """
    if not env.tells_truncation or not getattr(policy, "has_value", False):
        return None
    values, cut = np.zeros(env.num_envs, np.float32), env.truncations()
    if cut:
        values[list(cut)] = policy.outputs(np.stack(list(cut.values())))[1]
    return values


def play_quota(recorder, num_episodes, num_envs):
    """Yield this many Episodes as they end, of each game as many as of the others: the first to end would be short."""
    left = [len(range(game, num_episodes, num_envs)) for game in range(num_envs)]
    games = [game for game in range(num_envs) if left[game]]
    while games:
        for game, episode in recorder.step(games).items():
            left[game] -= 1
            yield episode
        games = [game for game in games if left[game]]


def find_outcome(recorder, outcome, num_envs, max_steps):
    """Yield (game, Episode): the first of each game that was 'solved' or 'failed', if one is in the first steps."""
    games = list(range(num_envs))
    for _ in range(max_steps):
        for game, episode in recorder.step(games).items():
            if episode.solved == (outcome == "solved"):
                games.remove(game)
                yield game, episode
        if not games:
            return


def record_levels(recorder, levels, num_envs):
    """Yield (place in the list, Episode) of each level, as they end."""
    waiting = {game: collections.deque(range(game, len(levels), num_envs)) for game in range(num_envs)}
    recorder.start_levels({game: levels[places[0]] for game, places in waiting.items()})
    while waiting:
        for game, episode in recorder.step(sorted(waiting)).items():
            yield waiting[game].popleft(), episode
            if waiting[game]:
                recorder.start_levels({game: levels[waiting[game][0]]})
            else:
                del waiting[game]


def sample_episodes(env, policy, wanted, seed, max_steps, progress, full_resolution=False):
    """Play until there are the episodes that are wanted, as trajectories of their lengths.

    Other parameters are those of `sampling.sample_trajectories`.

    Parameters
    ----------
    wanted
        'failed' or 'solved' (one of each game), or a list of level numbers, one for each trajectory.
    max_steps
        How many steps of each game to look for failed or solved ones.

    Returns
    -------
    Dictionary of lists with an entry for each episode, see `as_trajectories`.

    Raises
    ------
    InputError
        None was found, the game does not let its levels be chosen, or nothing tells what was solved.
    """
    recorder = EpisodeRecorder(env, policy, seed, full_resolution)
    if isinstance(wanted, str):
        check_tells_solved(env, "episodes={}".format(quoted(wanted)))
        search = find_outcome(recorder, wanted, env.num_envs, max_steps)
        stage, count = "looking for {} episodes".format(wanted), env.num_envs
    else:
        check_levels_can_be_chosen(env)
        search = record_levels(recorder, wanted, env.num_envs)
        stage, count = "playing levels", len(wanted)
    episodes = dict(progress.track(search, stage, total=count))
    if not episodes:
        raise InputError(
            "No {} episode in {} steps of each of {} games. Give trajectories_kwargs a larger max_steps, more num_envs "
            "or another seed.".format(wanted, max_steps, env.num_envs)
        )
    if len(episodes) < count:
        progress.say(
            "Only {} of {} games had a {} episode in {} steps: the interface is of those.".format(
                len(episodes), count, wanted, max_steps
            )
        )
    return as_trajectories([episodes[key] for key in sorted(episodes)])


def check_tells_solved(env, given):
    """Raise InputError where nothing tells whether an episode was solved, which `given` asks for."""
    if not env.tells_solved:
        raise InputError(
            "{} given; this game gives points and does not tell whether an episode was solved or failed. Leave it "
            "out.".format(given)
        )


def check_levels_can_be_chosen(env):
    if not env.can_choose_levels:
        raise InputError(
            "The levels of this game cannot be chosen, as episodes=[...] does; {}.".format(
                "'failed' and 'solved' are accepted" if env.tells_solved else "leave episodes out"
            )
        )


def as_trajectories(episodes):
    """Episodes as what a trajectories file holds: lists with an array of each one's steps, and the facts of each."""
    steps = {name: [episode.steps[name] for episode in episodes] for name in episodes[0].steps if name != "values"}
    trajectories = {name: joined(rows) if name in PICTURES else rows for name, rows in steps.items()}
    trajectories["firsts"] = [np.arange(len(episode.steps["actions"])) == 0 for episode in episodes]
    trajectories["episodes"] = [
        {"level": episode.level, "solved": episode.solved, "cause": episode.cause} for episode in episodes
    ]
    return trajectories
