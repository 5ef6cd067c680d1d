"""Interfaces for looking into reinforcement-learning agents that see pixels."""
