"""examples/article.py: its figures beside the article's, from made-up results, and that it goes on where it was."""

import json
import os
import sys

import numpy as np
import PIL.Image
import pytest

from understanding_rl_vision.run.directions import FILE as DIRECTIONS
from understanding_rl_vision.run.measurement import FILE as MEASUREMENT

ORIGINAL, SAW, LEFT = "original", "buzzsaw blindness", "enemy moving left blindness"


@pytest.fixture(scope="module")
def figures(example):
    return example("article_figures")


@pytest.fixture(scope="module")
def report(example):
    return example("article_report")


@pytest.fixture(scope="module")
def article(example):
    return example("article")


@pytest.fixture(scope="module")
def steps(example):
    return example("article_steps")


def a_model(name, levels=1000, **failed):
    """A model of an evaluation's summary. failed: cause, _ for a space -> count."""
    counts = {cause.replace("_", " "): count for cause, count in failed.items()}
    total = sum(counts.values())
    counts.update(solved=levels - total, failed=total)
    return {"name": name, "levels": levels, "outcomes": {cause: {"count": count} for cause, count in counts.items()}}


def cells_of(table):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_ours_stand_below_the_articles(figures):
    models = [a_model(ORIGINAL, buzzsaw=4, enemy_moving_left=1, lava=2, multiple=1), a_model("other", buzzsaw=500)]
    header, _, *rows = cells_of(figures.failures_table(models))
    assert header == ["% of levels failed by", "levels", *figures.CAUSES, "all"]
    assert rows[0] == ["article: original", "10,000", "0.37", "0.16", "0.12", "0.08", "0.73"]
    assert rows[1][:2] == ["ours: original", "1,000"]
    # Lava is among the other causes.
    assert [cell.split()[0] for cell in rows[1][2:]] == ["0.40", "0.10", "0.00", "0.30", "0.80"]
    # Wilson's interval of 4 in 1,000.
    assert rows[1][2] == "0.40 (0.16 to 1.02)"
    assert rows[2][0] == "ours: other" and len(rows) == 3
    # Of what has not been played yet there is nothing to tell.
    assert len(cells_of(figures.failures_table([models[0], a_model("later", levels=0)]))) == 4


def test_agreement_is_told_of_each_figure(figures):
    # 0.37 %, 0.16 %, 0.12 % and 0.08 % of 10,000.
    same = a_model(ORIGINAL, 10000, buzzsaw=37, enemy_moving_left=16, enemy_moving_right=12, multiple=8)
    assert [p for _, _, p in figures.comparisons([same])] == [1, 1, 1, 1]
    assert figures.agreement([same]).startswith("4 of 4 figures agree")
    other = a_model(ORIGINAL, 10000, buzzsaw=37, enemy_moving_left=100, enemy_moving_right=12, multiple=8)
    said = figures.agreement([other, a_model("not in the article", buzzsaw=900)])
    assert said.startswith("3 of 4 figures agree") and "others: original, enemy moving left (p = " in said


def test_changes_are_those_that_an_edit_was_not_meant_to_cause(figures):
    models = [
        a_model(ORIGINAL, buzzsaw=3, enemy_moving_left=2),
        a_model(SAW, buzzsaw=100, enemy_moving_left=2, enemy_moving_right=1),
        a_model(LEFT, buzzsaw=60, enemy_moving_left=50, enemy_moving_right=9),
    ]
    saw, left = figures.changes(
        models, {SAW: ["buzzsaw"], LEFT: ["enemy moving left", "enemy moving right"]}
    ).splitlines()
    assert saw.startswith("- buzzsaw blindness: 3 levels failed by other causes, of the original 2 (p = 0.65)")
    assert saw.endswith("enemy moving left 2 and 2, enemy moving right 1 and 0")
    assert "60 levels failed by other causes, of the original 3 (p = " in left and left.endswith("buzzsaw 60 and 3")


def test_blindness_is_in_per_cent(figures):
    found = [{"name": "a", "blindness": 0.389, "interval": [0.35, 0.43]}, {"name": "b", "blindness": None}]
    assert figures.blindness_lines(found) == "- a: 38.9 % (35.0 to 43.0)"


def a_measurement(ratios, names, kinds=("buzzsaw", "enemy", "enemy moving left")):
    table = {"ratio": ratios, "low": np.multiply(ratios, 0.9).tolist(), "high": np.multiply(ratios, 1.1).tolist()}
    return {"kinds": list(kinds), "features": table, "channels": table, "names": names}


RATIOS = [[1.0, 9.0, 20.0], [30.0, 2.0, 1.0], [10.0, 12.0, 8.0]]
MEASURED = a_measurement(RATIOS, {"0": "enemy moving left", "1": "buzzsaw"})


def test_features_are_told_with_intervals_and_names(figures):
    _, _, *rows = cells_of(figures.response_table(MEASURED, ["![1](1.png)", "![2](2.png)", "![3](3.png)"]))
    assert rows[1] == ["![2](2.png) 2", "buzzsaw", "**30** (27 to 33)", "2.0", "1.0"]
    assert figures.names_found(MEASURED) == "enemy moving left, buzzsaw, 1 without a name"
    layers = {"1a": a_measurement([[1.0, 2.0, 1.0]], {}), "2b": MEASURED}
    _, _, *rows = cells_of(figures.layers_table(layers))
    assert rows == [["1a", "0 of 1", "", "0 of 1"], ["2b", "2 of 3", "enemy moving left, buzzsaw", "2 of 3"]]


def test_features_to_edit_are_those_that_respond_most(steps):
    assert steps.chosen(MEASURED, {}) == {
        "buzzsaw": ["buzzsaw", 3, "enemy moving left"],
        "enemy": [3, "enemy moving left", "buzzsaw"],
        "enemy moving left": ["enemy moving left", 3, "buzzsaw"],
    }
    given = {"buzzsaw": [2, 5], "enemy": [3, 4], "enemy moving left": [3]}
    assert steps.chosen(None, given) == given
    with pytest.raises(SystemExit, match="--features"):
        steps.chosen(None, {"buzzsaw": [2]})
    called, features = steps.edits(given)["buzzsaws"]
    assert features == [2, 5] and called != steps.edits(given)["buzzsaw"][0]
    assert list(steps.edits({"buzzsaw": [2], "enemy moving left": [3]})) == ["buzzsaw", "enemy-left"]


@pytest.fixture
def runs(article, monkeypatch):
    """Commands that were run, each with the status that it is to end with and what it writes meanwhile."""
    runs = {"called": [], "status": 0, "write": lambda folder: None}

    def call(command, cwd):
        assert command[:3] == [sys.executable, "-m", "understanding_rl_vision"]
        runs["called"].append(command[3:])
        runs["write"](cwd)
        return runs["status"]

    monkeypatch.setattr(article.subprocess, "call", call)
    return runs


def test_what_is_there_is_not_made_again(article, steps, runs, tmp_path):
    one = steps.step("page", "run", ["AGENT", "page"], "made", layer_kwargs={"a": ["2b"]}, layer="2b")
    runs["status"] = 2
    with pytest.raises(SystemExit, match="status 2"):
        article.run_steps([one], str(tmp_path))
    runs["status"], runs["write"] = 0, lambda folder: open(os.path.join(folder, "made"), "w").close()
    article.run_steps([one], str(tmp_path))
    article.run_steps([one], str(tmp_path))
    assert len(runs["called"]) == 2
    expected = ["run", "AGENT", "page", "--layer-kwargs", '{"a": ["2b"]}', "--layer", "2b"]
    assert runs["called"][1] == expected
    kept = json.loads((tmp_path / article.COMMANDS).read_text())
    assert kept["page"]["commands"] == [["rl-clarity", *expected]] and kept["page"]["seconds"] >= 0


def test_an_evaluation_goes_on_until_all_levels_are_played(article, steps, runs, tmp_path):
    def evaluate(levels):
        return steps.step("evaluate", "evaluate", ["AGENT"], "summary.json", levels, output_dir=".", num_levels=levels)

    def write(levels, complete):
        summary = {"complete": complete, "settings": {"num_levels": levels}}
        (tmp_path / "summary.json").write_text(json.dumps(summary))

    runs["write"] = lambda _: write(10, False)
    article.run_steps([evaluate(10)], str(tmp_path))
    runs["write"] = lambda _: write(10, True)
    for _ in range(2):
        article.run_steps([evaluate(10)], str(tmp_path))
    article.run_steps([evaluate(20)], str(tmp_path))
    begin = ["evaluate", "AGENT", "--output-dir", ".", "--num-levels"]
    assert runs["called"] == [
        [*begin, "10"],
        [*begin, "10", "--resume", "true"],
        [*begin, "20", "--resume", "true"],
    ]
    # The document's command is the one that it was begun with.
    kept = json.loads((tmp_path / article.COMMANDS).read_text())
    assert kept["evaluate"]["commands"] == [["rl-clarity", *begin, "20"]]


def test_several_processes_play_and_one_compares(article, steps, tmp_path):
    options = dict(blind_to=["buzzsaw"], output_dir="here", num_levels=10)
    one = steps.step("evaluate", "evaluate", ["AGENT", "edited.jd"], "here/summary.json", 10, **options)
    alone = ["rl-clarity", "evaluate", "AGENT", "edited.jd"]
    alone += ["--blind-to", '["buzzsaw"]', "--output-dir", "here", "--num-levels", "10"]
    assert article.commands_of(one) == [alone]
    launch = ["mpiexec", "-n", "4"]
    together, invisible, last = article.commands_of(one, 4)
    assert together == launch + alone[:4] + alone[6:] and last == alone
    # It is what `--blind-to` plays itself where there is nothing yet.
    assert invisible == launch + alone[:3] + [
        *("--names", '["original, buzzsaw invisible"]', "--hide", '["buzzsaw"]'),
        *("--output-dir", "here/invisible", "--num-levels", "10"),
    ]
    assert article.commands_of(one._replace(levels=None), 4) == [alone]
    for blind_to in ([], ["buzzsaw"]):
        (tmp_path / "here").mkdir(exist_ok=True)
        summary = {"complete": True, "settings": {"num_levels": 10, "blind_to": blind_to}}
        (tmp_path / "here" / "summary.json").write_text(json.dumps(summary))
        assert article.is_done(one, str(tmp_path)) == bool(blind_to)


def test_values_are_compared_with_what_followed(report):
    trajectories = {
        "values": [[9.0, 9.5, 8.0, 7.0], [1.0, 2.0]],
        # Of what comes after the last end, and where nothing ends, nothing is known.
        "rewards": [[0, 0, 10, 0], [0, 0]],
        "dones": [[False, False, True, False], [False, False]],
    }
    assert report.calibration(trajectories) == "8.83 and 9.99 (3 frames)"
    assert report.calibration(dict(trajectories, dones=[[False] * 4, [False] * 2])) is None


def test_sparsity_as_measured_goes_before_the_pages(report):
    page = {"sparsity": {"2b": {"share": 0.8}}}
    assert report.sparsity(page, {}) == "80.0 %"
    assert report.sparsity(page, {"2b": {"sparsity": {"share": 0.87, "low": 0.85, "high": 0.9}}}) == (
        "87.0 % (85.0 to 90.0)"
    )
    assert report.sparsity({}, {"2b": {"sparsity": None}}) is None


def test_no_step_takes_anothers_place(steps):
    made = steps.steps_before_edits("AGENT") + steps.steps_of_features("AGENT")
    features = {"buzzsaw": [2, 5], "enemy": [3, 4], "enemy moving left": [3]}
    made += steps.steps_of_edits("AGENT", features, 10) + steps.steps_of_iterating("AGENT", features)
    assert len({one.name for one in made}) == len({one.result for one in made}) == len(made)


def write_page(folder, notes=()):
    """A page of a trajectory of nine frames, all of one colour each, with a legend of three features."""
    for name in ("thumbnails", "trajectories"):
        os.makedirs(os.path.join(folder, name))
    props = {
        "trajectories": {"values": [[1.0] * 9], "rewards": [[0] * 9], "dones": [[False] * 9]},
        "integration_gaps": [{"baselines": [8.5]}],
        "layer_gaps": {"2b": 0.25},
        "sparsity": {"2b": {"pairs": 10, "share": 0.875}},
        "layout": {"trajectories": {"width": 2, "height": 2, "columns": 4, "rows": 16}},
        "annotations": list(notes),
    }
    with open(os.path.join(folder, "interface.html"), "w") as file:
        file.write('<script type="application/json" id="props">{}</script>'.format(json.dumps(props)))
    PIL.Image.fromarray(np.zeros((4, 12, 4), np.uint8)).save(os.path.join(folder, "thumbnails", "2b.png"))
    frames = np.repeat(np.repeat(np.arange(12, dtype=np.uint8).reshape(3, 4) * 20, 2, axis=0), 2, axis=1)
    sheet = np.stack([frames] * 3, axis=-1)
    PIL.Image.fromarray(sheet).save(os.path.join(folder, "trajectories", "0.png"))
    with open(os.path.join(folder, DIRECTIONS), "w") as file:
        json.dump({"2b": {"node": "2b/Relu", "directions": [[0, 3, 4], [1, 0, 0], [0, 0, 2]]}}, file)


def test_the_document_has_what_is_there(report, tmp_path, monkeypatch):
    folder = tmp_path / "work" / "procgen"
    notes = [{"trajectory": 0, "frame": 5, "text": "Spike 1 of 8: the value fell."}]
    for name in ("page", "finds", "four"):
        write_page(str(folder / name), notes)
    (folder / "page" / MEASUREMENT).write_text(json.dumps({"2b": MEASURED}))
    (folder / "evaluation").mkdir()
    summary = {"models": [a_model(ORIGINAL, buzzsaw=5)], "blindness": []}
    (folder / "evaluation" / "summary.json").write_text(json.dumps(summary))
    (folder / "commands.json").write_text(
        json.dumps({"four": {"commands": [["python", "a b"], ["c"]], "seconds": 1234.5}})
    )
    template = tmp_path / "template.md"
    template.write_text(
        "{procgen_one_hot}; {procgen_zero}; {procgen_sparsity}; {procgen_one_in}; {procgen_spike_1}; "
        "{procgen_command_four}\n{procgen_time}\n{procgen_responses}\n{own_failed}\n"
        "![a](article/procgen-spike-1.png) ![b](article/procgen-spike-2.png)"
    )
    monkeypatch.setattr(report, "TEMPLATE", str(template))
    docs = tmp_path / "docs"
    docs.mkdir()
    report.write_document(str(tmp_path / "work"), str(docs))
    first, second, *lines = (docs / "article.md").read_text().splitlines()
    assert first == ("2 (0.800), 0 (1.000), 2 (1.000); 8.50; 87.5 %; 200; Spike 1 of 8: the value fell.; python 'a b'")
    assert "| four | 1,234 |" in lines and report.MISSING in lines
    assert second == "    c"
    assert any("![feature 2](article/procgen-feature-2.png) 2 | buzzsaw |" in line for line in lines)
    shown = sorted(os.listdir(str(docs / "article")))
    legends = ["procgen-{}-{}.png".format(name, number) for name in ("feature", "four") for number in (1, 2, 3)]
    assert shown == legends + ["procgen-spike-1.png"]
    with PIL.Image.open(str(docs / "article" / "procgen-spike-1.png")) as image:
        strip = np.array(image.convert("RGB"))
    assert strip.shape == (96, 7 * 98 - 2, 3)
    # The seven frames 3 to 9, counted from 1: those around the sixth.
    assert strip[50, 50::98, 0].tolist() == [40, 60, 80, 100, 120, 140, 160]
