"""Blind a model to features."""
