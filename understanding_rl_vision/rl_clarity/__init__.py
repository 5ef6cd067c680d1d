"""Interfaces for looking into agents: `run` makes one from a checkpoint, `load` and `generate` are its two halves."""

from understanding_rl_vision.agents.loading import load_agent
from understanding_rl_vision.convert.converting import convert
from understanding_rl_vision.edit.editing import edit
from understanding_rl_vision.evaluate.evaluating import evaluate
from understanding_rl_vision.find.finding import find
from understanding_rl_vision.index.indexing import index
from understanding_rl_vision.inspect.inspecting import inspect
from understanding_rl_vision.measure.measuring import measure
from understanding_rl_vision.run.generating import generate
from understanding_rl_vision.run.loading import load
from understanding_rl_vision.run.recompile import recompile_js
from understanding_rl_vision.run.running import run
from understanding_rl_vision.study.studying import study
from understanding_rl_vision.synthesize.synthesizing import synthesize
from understanding_rl_vision.train.loop import train
from understanding_rl_vision.visualize.visualizing import visualize

__all__ = [
    "convert",
    "edit",
    "evaluate",
    "find",
    "generate",
    "index",
    "inspect",
    "load",
    "load_agent",
    "measure",
    "recompile_js",
    "run",
    "study",
    "synthesize",
    "train",
    "visualize",
]
