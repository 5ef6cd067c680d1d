"""What people said of features: read from the files that the rating page saves."""

import collections
import glob
import os

from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.json_files import read_json

FOLDER = "ratings"
# Of each feature: do the dataset examples show one kind of object, does attribution agree with it. After a no to the
# first the second is not asked, and counts as no.
QUESTIONS = ("consistent", "sensible")

# rater: a name; answers: item -> (consistent, sensible), of the items for which all was answered that was asked.
Rating = collections.namedtuple("Rating", "rater answers")


def read_ratings(folder, study, items):
    """The Ratings in the files of a study's folder `ratings`, those of one rater in several files together.

    study: the study's identity; items: of its features. Where a rater has answered a question twice, the file with the
    later name counts. Raters of the same name, whose pages have drawn different texts, are called by their files too.
    Raises InputError for a file that is damaged, or of another study.
    """
    paths = sorted(glob.glob(os.path.join(glob.escape(os.path.join(folder, FOLDER)), "*.json")))
    read = [(os.path.basename(path), *_read(path, study, items)) for path in paths]
    drawn_of = collections.defaultdict(set)
    for _, rating, drawn in read:
        drawn_of[rating.rater].update([drawn] if drawn else [])
    merged, files = collections.OrderedDict(), {}
    for file, rating, drawn in read:
        several = len(drawn_of[rating.rater]) > 1
        who = rating.rater, drawn if several else None
        files.setdefault(who, " ({})".format(file) if several else "")
        merged.setdefault(who, {}).update(rating.answers)
    return [Rating(who[0] + files[who], answers) for who, answers in merged.items()]


def _read(path, study, items):
    """The Rating in a file, and the text that the rater's page has drawn, None in those of earlier pages."""
    content = read_json(path, "the ratings")
    given = content if isinstance(content, dict) else {}
    if given.get("study") != study:
        raise InputError(
            "{} holds ratings of {}, not of the study here ({}); take it out of the folder.".format(
                path, "study " + quoted(given["study"]) if "study" in given else "no study", study
            )
        )
    rater, answers = given.get("rater"), given.get("answers")
    if not isinstance(rater, str) or not rater.strip() or not isinstance(answers, dict):
        raise InputError("{} holds no ratings: it lacks the rater's name or the answers. Save it again.".format(path))
    rating = Rating(rater.strip(), dict(filter(None, (_answer(path, item, answers[item], items) for item in answers))))
    return rating, given["drawn"] if isinstance(given.get("drawn"), str) else None


def _answer(path, item, answer, items):
    """An item with its pair of answers; None where one is still missing."""
    known = isinstance(answer, dict) and set(answer) <= set(QUESTIONS)
    if item not in items or not known or not all(type(value) in (bool, type(None)) for value in answer.values()):
        raise InputError(
            "{} has {}: {}, which is no answer to a feature of this study. Save it again.".format(
                path, quoted(item), quoted(answer)
            )
        )
    consistent, sensible = (answer.get(question) for question in QUESTIONS)
    if consistent is False:
        sensible = bool(sensible)
    return None if None in (consistent, sensible) else (item, (consistent, sensible))


def is_interpretable(answers):
    """Whether a pair of answers says that a feature is interpretable: yes to both."""
    return all(answers)
