"""A landing page for a folder of results."""
