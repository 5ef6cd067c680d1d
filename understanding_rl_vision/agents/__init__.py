"""Agents to look into: where the checkpoint that a user names is, and getting it when it is elsewhere."""
