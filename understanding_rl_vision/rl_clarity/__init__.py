"""Interfaces for looking into agents: `run` makes one from a checkpoint, `load` and `generate` are its two halves."""

from understanding_rl_vision.rl_clarity.editing import edit
from understanding_rl_vision.rl_clarity.evaluating import evaluate
from understanding_rl_vision.rl_clarity.finding import find
from understanding_rl_vision.rl_clarity.generating import generate
from understanding_rl_vision.rl_clarity.loading import load
from understanding_rl_vision.rl_clarity.recompile import recompile_js
from understanding_rl_vision.rl_clarity.running import run
from understanding_rl_vision.rl_clarity.synthesizing import synthesize
from understanding_rl_vision.rl_clarity.training import train
from understanding_rl_vision.rl_clarity.visualizing import visualize

__all__ = [
    "edit",
    "evaluate",
    "find",
    "generate",
    "load",
    "recompile_js",
    "run",
    "synthesize",
    "train",
    "visualize",
]
