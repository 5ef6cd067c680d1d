"""Search for the episodes and frames that are worth looking into."""
