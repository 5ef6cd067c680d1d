"""Networks as data: a description, which a checkpoint may carry, and the graph that is built from it."""
