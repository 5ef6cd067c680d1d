"""`synthesize`, which makes the states that an agent seeks and fears."""


def synthesize(checkpoint_path, output_dir, *, target=None, quiet=False, **options):
    """Make pictures of states in which the agent's outputs are what a target asks for, by a generative model.

    The agent plays for frames; a variational autoencoder learns from them, with a loss that knows what the agent looks
    at and what it makes of the reconstructions; its latents are optimised for the target. Rupprecht et al. 2018,
    "Visualizing and Discovering Behavioural Weaknesses in Deep Reinforcement Learning", sections 3 and 4.

    Writes states.html, states.json with the same, their pictures, the frames (frames.jd) and the generator
    (generator.jd).

    Args:
        checkpoint_path: a checkpoint as for `run`; or a frozen model (.pb), with `frames_path` for its frames.
        output_dir: local folder.
        target: 'T-', 'T+', 'T+-', 'S+', 'S-', 'value+', 'value-', 'action:7' or 'action:RIGHT', a function from
            `synthesize.agents.Outputs` (logits (N, A), value (N,), q_values (N, A); tensors, or None) to a tensor (N,)
            that is to be large, or a list of these. None: only train the generator and measure.
        quiet: no progress bars and no closing line.
        **options: see `synthesize.options.SYNTHESIZE_OPTIONS`.

    Returns:
        The path of states.html.

    Raises:
        InputError: what is given cannot be used, or the training diverged; MissingPackageError: the game's package is
            not installed.
    """
    # Synthesis is made of parts of this package, which must be there first.
    from understanding_rl_vision.synthesize.synthesizing import synthesize

    return synthesize(checkpoint_path, output_dir, target=target, quiet=quiet, **options)
