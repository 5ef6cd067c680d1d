"""Playing levels and counting what ended them: statistics, tables, charts. `rl_clarity.evaluate` is the way in."""
