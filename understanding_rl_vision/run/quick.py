"""The first page of an agent: of one layer, and of so little play that two cores have it within a minute."""

# Of many games at few moments: neighbouring observations of one game show the same.
OBSERVATIONS = {"num_envs": 64, "num_obs": 8, "obs_every": 32}
TRAJECTORIES = {"num_envs": 4, "num_steps": 128}
LAYERS = {"most_telling": True}


def quickened(options):
    """Options of `run` with those of a quick page where no others are given; what is no dictionary stays as it is."""
    given = dict(_entries(options.get("load_kwargs")), **options)
    layers, trajectories = LAYERS, TRAJECTORIES
    if "name_contains_one_of" in _entries(given.get("layer_kwargs")):
        layers = {}
    if "episodes" in _entries(given.get("trajectories_kwargs")):
        # They are as long as they are.
        trajectories = {"num_envs": TRAJECTORIES["num_envs"]}
    quick = {"trajectories_kwargs": trajectories, "observations_kwargs": OBSERVATIONS, "layer_kwargs": layers}
    quick["load_kwargs"] = {"full_resolution": False}
    if given.get("resample") is False:
        # What was played is read.
        quick = {"layer_kwargs": layers}
    return dict(options, **{name: _completed(given.get(name), values) for name, values in quick.items()})


def _entries(value):
    return value if isinstance(value, dict) else {}


def _completed(given, values):
    return dict(values, **given) if isinstance(given, dict) else given or values
