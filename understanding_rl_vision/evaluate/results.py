"""What was played, summed up, written and told."""

import os

from understanding_rl_vision.envs.base import UNKNOWN
from understanding_rl_vision.envs.coinrun_causes import CAUSES
from understanding_rl_vision.evaluate import hiding, records, summaries
from understanding_rl_vision.evaluate.chart import write_chart
from understanding_rl_vision.evaluate.model_comparison import FAILED, blindness
from understanding_rl_vision.evaluate.settings import SUMMARY, as_json

# What is written, but for the charts.
FILES = (SUMMARY, "summary.csv", "levels.csv", "levels.json")


def write_results(folder, settings, names, options, extra):
    """Write all files of what has been played. Returns what summary.json holds."""
    played = {key: episode for key, episode in records.read_played(folder).items() if key[0] < len(names)}
    records.write_levels(folder, played)
    all_played = [(name, records.of_model(i, played, options["num_levels"])) for i, name in enumerate(names)] + extra
    models = summaries.summarise(*zip(*all_played), CAUSES + (UNKNOWN,))
    summary = {
        "settings": settings,
        "complete": all(model["levels"] == options["num_levels"] for model in models),
        "models": models,
        "blindness": _blindness(all_played, options["blind_to"]) if extra else [],
    }
    records.write_text(os.path.join(folder, SUMMARY), as_json(summary))
    records.write_text(os.path.join(folder, "summary.csv"), summaries.as_csv(models))
    chart = os.path.join(folder, "failures" if models[0]["outcomes"] else "returns")
    write_chart(models, chart, control=bool(extra))
    return summary


def _blindness(all_played, hidden):
    """How blind each model is between the first, the original, and the last, which is that with objects hidden.

    all_played: (name, list of Played) of each. Counted are failures by the causes that the hidden objects stand for.
    """
    results = []
    causes = [cause for name in hidden for cause in hiding.CAUSES.get(name, (FAILED,))]
    for name, played in all_played[1:-1]:
        value = blindness(played, all_played[0][1], all_played[-1][1], causes)
        results.append(
            {
                "name": name,
                "to": list(hidden),
                "causes": causes,
                "blindness": value and value[0],
                "interval": value and list(value[1:]),
            }
        )
    return results


def as_text(summary):
    """What is printed of what summary.json holds: the table, and how blind models are."""
    lines = [summaries.as_table(summary["models"])]
    for result in summary["blindness"]:
        if result["blindness"] is not None:
            lines.append(
                "{}: {:.0%} blind to {} ({:.0%} to {:.0%})".format(
                    result["name"], result["blindness"], " and ".join(result["to"]), *result["interval"]
                )
            )
    return "\n".join(lines)
