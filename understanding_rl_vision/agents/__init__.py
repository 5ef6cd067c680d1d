"""Agents to look into: where the checkpoint that a user names is, and getting it when it is elsewhere."""

import warnings

with warnings.catch_warnings():
    # In notebooks without widgets tqdm.auto, which pooch imports, says so at once.
    warnings.simplefilter("ignore")
    import pooch  # noqa: F401
