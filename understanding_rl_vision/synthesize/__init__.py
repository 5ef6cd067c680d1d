"""States synthesised for an agent by a generative model.

The method is that of Rupprecht et al. 2018, "Visualizing and Discovering Behavioural Weaknesses in Deep Reinforcement
Learning", whose equations, sections and tables are named by their numbers.
"""
