"""Interfaces for looking into reinforcement-learning agents that see pixels."""

from understanding_rl_vision import pythons
from understanding_rl_vision.interrupts import leave_while_importing

pythons.check()
leave_while_importing()
