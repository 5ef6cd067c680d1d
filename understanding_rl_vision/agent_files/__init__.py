"""Agents' files as their own tools write them, read without those tools and without running anything."""

from understanding_rl_vision.agent_files.agent_file import AgentFile
from understanding_rl_vision.agent_files.reading import read_agent_file
from understanding_rl_vision.agent_files.safetensors import write_safetensors

__all__ = ["AgentFile", "read_agent_file", "write_safetensors"]
