"""Families of agents that other tools train, told by the names of their parameters."""
