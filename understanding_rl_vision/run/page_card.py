"""What an interface tells of itself to pages that list others."""

from understanding_rl_vision.pages.card import Card
from understanding_rl_vision.rl_util.layers import file_name


def interface_card(props):
    """The Card of a page with these props, which may hold its files."""
    provenance = props["provenance"]
    lengths = [len(actions) for actions in props["trajectories"]["actions"]]
    counts = {"interface": {}, "finds": {"cases": len(props.get("annotations", []))}}
    command = provenance["command"] or ""
    kind = "finds" if command.split()[1:2] == ["find"] else "interface"
    facts = {"game": props["env_name"] or "", "layers": ", ".join(props["layers"])}
    facts.update(counts[kind], trajectories=len(lengths), frames=sum(lengths))
    return Card(
        kind,
        [checkpoint["name"] for checkpoint in provenance["checkpoints"]],
        provenance["date"],
        command,
        {name: fact for name, fact in facts.items() if fact != ""},
        [props.get("files", {}).get(name, name) for name in _pictures(props)],
    )


def _pictures(props):
    """An observation, and the features of the layer that the page opens on, where it has some."""
    subdirs, layer = props["subdirs"], props["opening"]["layer"]
    files = ["{}0.png".format(subdirs["observations"])]
    if props["feature_counts"].get(layer):
        files.append("{}{}.png".format(subdirs["thumbnails"], file_name(layer)))
    return files
