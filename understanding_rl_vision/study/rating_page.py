"""The page on which people rate features, and the key to it, which raters are not to see."""

import base64
import hashlib
import html
import json
import os
from pathlib import Path

import numpy as np

from understanding_rl_vision.files import replacing
from understanding_rl_vision.json_files import to_json
from understanding_rl_vision.pages.html_page import theme, write_html
from understanding_rl_vision.study.features import EXAMPLES
from understanding_rl_vision.study.rating_pictures import shown_attribution, shown_examples

PAGE, KEY = "rate.html", "key.json"

# The pictures of a feature, and how they are shown.
SHOWN = {"examples": shown_examples, "attribution": shown_attribution}

SCRIPT = Path(__file__).resolve().with_name("rating.js")

STYLE = """
body { max-width: 78rem; margin: 0 auto; padding: 1rem; }
#features { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); }
article { padding: 0.75rem; background: var(--panel); border: 1px solid var(--line); border-radius: 0.3rem; }
article.open { border-left: 0.3rem solid var(--warning-line); }
article h3 { display: flex; justify-content: space-between; margin: 0 0 0.5rem; font-size: 1rem; }
article h3 span { font-weight: normal; color: var(--muted); }
button.picture { display: block; width: 100%; padding: 0; margin-bottom: 0.6rem; border: 0; cursor: zoom-in; }
/* What is between the parts of a picture, of which many are black. */
img { display: block; width: 100%; height: auto; background: #fff; image-rendering: pixelated; }
dialog { width: fit-content; max-width: 98vw; padding: 0.75rem; color: inherit; background: var(--panel); }
dialog img { width: max(34rem, min(98vw - 3rem, 85vh * var(--ratio))); max-width: none; }
dialog button { margin-bottom: 0.5rem; }
fieldset { border: 0; margin: 0.4rem 0 0; padding: 0; min-width: 0; }
fieldset:disabled { color: var(--muted); }
fieldset label { display: inline-block; min-width: 4rem; padding: 0.25rem 0; }
nav, .file { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: center; margin: 0.75rem 0; }
progress { width: 12rem; }
li { margin-bottom: 0.3rem; }
#said:not(:empty) { padding: 0.5rem 0.75rem; background: var(--mark); border-radius: 0.3rem; }
"""

# What a rater has to know of a game, by its name.
COINRUN = (
    "The game is CoinRun. The figure in the middle runs and jumps to the right, over ground, steps and crates, to a "
    "coin beside a wall at the level's end, which is the only reward. Lava, saws and enemies that move end the "
    "attempt. Where there are squares in the upper left corner, they tell its speed."
)
GAMES = {"coinrun": COINRUN, "coinrun_old": COINRUN}

BODY = """\
<header>
<h1>Which features can be told what they see?</h1>
<p>A network has learned to play a game from pictures. Each of its features is active where it finds something in them.
Say of each whether you can tell what that is. Each page shows the features of one agent; which one is not told, and
each rater has them in an order of their own.</p>
<p>{game}</p>
<details open><summary>How to read the pictures, and how to answer</summary>
<ul>
<li><strong>Examples</strong>, the upper picture: {examples} × {examples} patches of the game, each with a place in its
centre where the feature is most active. They stand roughly by where in the game's picture they come from, not by
strength. The greyer a patch, the less active the feature is there, beside the most active of them. What is checkered
lies outside the game's picture.</li>
<li><strong>Attribution</strong>, the lower picture: observations in which the feature matters much, and below each the
same in the dark, with what the feature says: blue speaks for success, which is the reward that the agent expects, and
orange against it. The stronger the colour, the more. A square of colour stands for a place of the network, which sees
more around it: one that lies a square beside a thing, or two, counts as on it.</li>
<li><strong>First question</strong>: the same kind of object or situation in most of the patches, such as a saw, a
ledge, or a wall to the right. If not, the second question is not asked, and counts as no.</li>
<li><strong>Second question</strong>: attribution is on that object or situation, and its sign makes sense. What helps
is blue and what harms is orange; what does neither may be either. Sense is missing where the same thing is now blue
and now orange for no reason, or where mere background matters.</li>
</ul></details>
<p>What you answer is kept in this browser. In the end save it to a file, and give that to whoever runs the study.</p>
<p class="file"><label>Your name <input id="rater" type="text" autocomplete="name"></label>
<button id="save" type="button">Save to a file</button>
<label>Go on from a file <input id="open" type="file" accept=".json,application/json"></label></p>
<p id="said" role="status"></p>
<p><progress id="bar" aria-labelledby="progress"></progress> <span id="progress" role="status"></span> <span id="kept"
role="status"></span></p>
</header>
<main>
<h2 id="agent" tabindex="-1"></h2>
<nav aria-label="Agents"><button data-step="-1" type="button">Previous agent</button>
<button data-step="1" type="button">Next agent</button></nav>
<div id="features"></div>
<nav aria-label="Agents, below"><button data-step="-1" type="button">Previous agent</button>
<button data-step="1" type="button">Next agent</button></nav>
</main>
<dialog id="large" aria-label="Enlarged"><button type="button">Close</button><img alt=""></dialog>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>"""


def write_rating_page(folder, agents, seed, game):
    """Write the page and its key, and return the key, which is the same for the same features.

    agents: name -> (folder of its pictures, list of features of `features.describe_features`). game: its name, which
    the page says. The key is a dictionary:
    study, which tells it from others, and items: of each feature's item, a text that says nothing, its agent and
    number. Neither the order nor names nor sizes of files tell which agent a feature is of: all is in one file.
    """
    key = make_key(agents, seed)
    items = {(agent, number): item for item, (agent, number) in key["items"].items()}
    shown = [
        [
            {"id": items[name, number], **{kind: _data_address(SHOWN[kind](path)) for kind, path in paths.items()}}
            for number, paths in _in_order(agents[name], key, name)
        ]
        for name in key["order"]
    ]
    # What ends a script may not stand in it.
    data = json.dumps({"study": key["study"], "agents": shown}).replace("</", "<\\/")
    body = BODY.format(
        game=html.escape(GAMES.get(game, "The game is {}.".format(game))),
        examples=EXAMPLES,
        data=data,
        script=SCRIPT.read_text(encoding="utf-8"),
    )
    write_html(os.path.join(folder, PAGE), "Rate features", body, theme() + STYLE)
    with replacing(os.path.join(folder, KEY)) as file:
        file.write(to_json(key, indent=1).encode("utf-8"))
    return key


def make_key(agents, seed):
    """The key, see `write_rating_page`. The same agents and features have the same."""
    digest = hashlib.sha256(json.dumps([seed, sorted(agents)]).encode("utf-8"))
    for name in sorted(agents):
        folder, features = agents[name]
        for feature in features:
            for kind in SHOWN:
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
            yield number, {kind: os.path.join(folder, by_number[number][kind]) for kind in SHOWN}


def _data_address(content):
    return "data:image/png;base64," + base64.b64encode(content).decode("ascii")
