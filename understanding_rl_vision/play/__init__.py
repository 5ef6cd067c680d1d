"""Agents that play: frames, trajectories, episodes and levels."""
