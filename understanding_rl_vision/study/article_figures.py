"""What the article found (footnotes of "Interpretability and generalization"), to stand beside a study's own."""

LEVELS = (100, 300, 1000, 3000, 10000, 30000, 100000)

# Percent of levels completed, by run.
TRAIN = (
    (99.96, 99.82, 99.67, 99.65, 99.47, 99.55, 99.57),
    (99.97, 99.86, 99.70, 99.46, 99.39, 99.50, 99.37),
)
TEST = (
    (61.81, 66.95, 74.93, 89.87, 97.53, 98.66, 99.25),
    (64.13, 67.64, 73.46, 90.36, 97.44, 98.89, 99.35),
)

# Percent of features interpretable, by run and researcher.
INTERPRETABLE = (
    (52.5, 22.5, 11.25, 45, 90, 75, 91.25),
    (8.75, 8.75, 10, 26.25, 56.25, 90, 70),
    (15, 13.75, 15, 23.75, 53.75, 90, 96.25),
    (3.75, 6.25, 21.25, 45, 72.5, 83.75, 77.5),
)
