"""The environment that a checkpoint's agent plays where a person gives it, and what a file may say of one."""

from understanding_rl_vision.envs import given_game
from understanding_rl_vision.envs.gymnasium_given import KIND, PROCGEN
from understanding_rl_vision.errors import InputError, quoted


def with_env(args_of_file, args, env_kwargs, env=None):
    """The args of a file and those given, with `env_kind` and `env_name` in place of `env`.

    env: what a person gives as `env`, else it may be in args. Raises InputError where the file would have an
    environment made with arguments that no person gave.
    """
    args_of_file, args = dict(args_of_file), dict(args)
    in_args, in_file = args.pop("env", None), args_of_file.pop("env", None)
    env = in_args if env is None else env
    if env is not None:
        args_of_file = {key: value for key, value in args_of_file.items() if key not in ("env_name", "env_id")}
        args = {key: value for key, value in args.items() if key not in ("env_name", "env_id")}
        args["env_kind"], args["env_name"] = given_game(env)
    elif isinstance(in_file, str) and not {"env_name", "env_id"}.intersection(args_of_file, args):
        procgen = PROCGEN.fullmatch(in_file)
        args_of_file["env_kind"] = "procgen" if procgen else KIND
        args_of_file["env_name"] = procgen.group(1) if procgen else in_file
    kind = args.get("env_kind", args_of_file.get("env_kind"))
    asked_for = args_of_file.get("make_kwargs")
    # A file's may be anything: what is no name of a kind is refused with the args.
    of_gymnasium = isinstance(kind, str) and kind == KIND
    if of_gymnasium and asked_for is not None and "make_kwargs" not in {**args, **(env_kwargs or {})}:
        raise InputError(
            "The checkpoint would have its environment made with make_kwargs={}, arguments that reach other code. If "
            "you trust it, give them yourself, as env_kwargs={{'make_kwargs': {}}}.".format(
                quoted(asked_for), quoted(asked_for)
            )
        )
    return args_of_file, args
