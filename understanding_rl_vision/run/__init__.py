"""From a checkpoint to the interface that looks into it."""
