"""Whether a training that goes on can play its games on from where they were."""

from understanding_rl_vision.train.options import env_options, game

_PLAYED = ("num_envs", "reward_scale", "reward_processing", "seed")


def reason_to_begin_anew(states, num_ranks, args, settings):
    """Why games begin anew, a sentence, or None where they go on.

    states: of the games of each rank as they were kept, None for games that cannot be. num_ranks: how many there are
    now. args: complete options of the training until then; settings: those from now on.
    """
    kind, name = game(settings)
    if _what_plays(args) != _what_plays(settings):
        reason = "they are played with other options than before"
    elif len(states) != num_ranks:
        reason = "{} processes had played them, and there are {}".format(len(states), num_ranks)
    elif None in states:
        reason = "{} ({}) cannot be played on from where it was".format(name, kind)
    else:
        return None
    return "Parameters and optimiser are those of the checkpoint, but games begin anew: {}.".format(reason)


def _what_plays(settings):
    return game(settings), env_options(settings), [settings[name] for name in _PLAYED]
