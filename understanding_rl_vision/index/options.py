"""Every option of `index`."""

from understanding_rl_vision import checks
from understanding_rl_vision.options import Option

INDEX_OPTIONS = {
    "title": Option(None, "the page's heading; default: the folder's name", checks.text),
    "depth": Option(8, "how many folders deep is looked; 0: only in the folder itself", checks.whole),
    "replace": Option(False, "write over an index.html that this command has not written", checks.flag),
}
