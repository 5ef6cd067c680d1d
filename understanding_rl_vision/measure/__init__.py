"""Measuring what the features and channels of a layer respond to."""
