"""Agents of other tools as files of ours."""
