"""The page on which people rate features, and the key to it, which raters are not to see."""

import base64
import hashlib
import json
import os
from pathlib import Path

import numpy as np

from understanding_rl_vision.files import replacing
from understanding_rl_vision.json_files import read_json, to_json
from understanding_rl_vision.pages.html_page import theme, write_html

PAGE, KEY = "rate.html", "key.json"

SCRIPT = Path(__file__).resolve().with_name("rating.js")

STYLE = """
body { max-width: 78rem; margin: 0 auto; padding: 1rem; }
#features { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); }
article { padding: 0.75rem; background: var(--panel); border: 1px solid var(--line); border-radius: 0.3rem; }
article h2 { margin: 0 0 0.5rem; font-size: 1rem; }
article img { display: block; width: 100%; height: auto; margin-bottom: 0.5rem; image-rendering: pixelated; }
fieldset { border: 0; margin: 0.4rem 0 0; padding: 0; }
fieldset label { display: inline-block; min-width: 4rem; padding: 0.25rem 0; }
nav, .file { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: center; margin: 0.75rem 0; }
progress { width: 12rem; }
"""

BODY = """\
<header>
<h1>Which features can be told what they see?</h1>
<p>Each page shows the features of one agent, which one is not told. The upper picture has patches of the game in
which the feature is most active; the lower one observations, and below each in blue where the feature speaks for
success, in orange where against. Answer two questions for each. What you answer is kept in this browser; in the end
save it to a file and give that to whoever runs the study.</p>
<p class="file"><label>Your name <input id="rater" autocomplete="name"></label>
<button id="save" type="button">Save to a file</button>
<label>Go on from a file <input id="open" type="file" accept=".json,application/json"></label></p>
<p><progress id="bar"></progress> <span id="progress" role="status"></span> <span id="kept" role="status"></span></p>
</header>
<main id="features"></main>
<nav aria-label="Agents"><button id="previous" type="button">Previous agent</button>
<button id="next" type="button">Next agent</button></nav>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>"""


def write_rating_page(folder, agents, seed):
    """Write the page and its key, unless they are there and of the same features; returns the key.

    agents: name -> (folder of its pictures, list of features of `features.describe_features`). The key is a dictionary:
    study, which tells it from others, and items: of each feature's item, a text that says nothing, its agent and
    number. Neither the order nor names nor sizes of files tell which agent a feature is of: all is in one file.
    """
    key = make_key(agents, seed)
    path = os.path.join(folder, KEY)
    if os.path.exists(path) and read_json(path, "the key") == key and os.path.exists(os.path.join(folder, PAGE)):
        return key
    items = {(agent, number): item for item, (agent, number) in key["items"].items()}
    shown = [
        [
            {"id": items[name, number], **{kind: _data_address(path) for kind, path in paths.items()}}
            for number, paths in _in_order(agents[name], key, name)
        ]
        for name in key["order"]
    ]
    # What ends a script may not stand in it.
    data = json.dumps({"study": key["study"], "agents": shown}).replace("</", "<\\/")
    body = BODY.format(data=data, script=SCRIPT.read_text(encoding="utf-8"))
    write_html(os.path.join(folder, PAGE), "Rate features", body, theme() + STYLE)
    with replacing(path) as file:
        file.write(to_json(key, indent=1).encode("utf-8"))
    return key


def make_key(agents, seed):
    """The key, see `write_rating_page`. The same agents and features have the same."""
    digest = hashlib.sha256(json.dumps([seed, sorted(agents)]).encode("utf-8"))
    for name in sorted(agents):
        folder, features = agents[name]
        for feature in features:
            for kind in ("examples", "attribution"):
                digest.update(Path(folder, feature[kind]).read_bytes())
    # The page has the first part. What hides agents comes of the second, so that none can be told by computing again.
    study, secret = digest.hexdigest()[:16], digest.hexdigest()[16:]
    random = np.random.RandomState(int(secret[:8], 16))
    pairs = [(name, feature["number"]) for name in sorted(agents) for feature in agents[name][1]]
    items = {}
    for place in random.permutation(len(pairs)):
        items[hashlib.sha256("{} {} {}".format(secret, *pairs[place]).encode("utf-8")).hexdigest()[:12]] = pairs[place]
    order = [sorted(agents)[place] for place in random.permutation(len(agents))]
    return {"study": study, "order": order, "items": {item: list(pair) for item, pair in items.items()}}


def _in_order(described, key, name):
    """The features of an agent in the order in which its items stand in the key: (number, kind -> path)."""
    folder, features = described
    by_number = {feature["number"]: feature for feature in features}
    for agent, number in key["items"].values():
        if agent == name:
            yield number, {kind: os.path.join(folder, by_number[number][kind]) for kind in ("examples", "attribution")}


def _data_address(path):
    return "data:image/png;base64," + base64.b64encode(Path(path).read_bytes()).decode("ascii")
