"""Whether agents of more levels generalise better and have features that can be told what they see."""
