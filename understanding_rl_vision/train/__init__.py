"""Proximal policy optimisation with the arithmetic of Baselines' PPO2. The public function is `rl_clarity.train`."""
