"""Web pages and their folders."""
