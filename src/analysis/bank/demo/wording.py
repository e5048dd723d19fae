"""Sentences of customers in Chinese and English, composed at random from `texts/words.yaml`."""

import re
from functools import cache
from importlib.resources import files

import numpy as np
import yaml

LANGUAGES = ("zh", "en")
DRAWS = 8  # random numbers that one text uses at most
_SLOT = re.compile(r"\{(\w+)\}")


@cache
def texts(name: str) -> dict:
    """Contents of `texts/<name>.yaml`."""
    source = files("analysis.bank.demo") / "texts" / f"{name}.yaml"
    return yaml.safe_load(source.read_text(encoding="utf-8"))


def speak(
    draws: np.ndarray, language: str, kind: str, theme: str = "", anger: float = 0.0, tone: str = ""
) -> str:
    """One text.

    Parameters
    ----------
    draws : array of `DRAWS` random numbers in [0, 1)
    kind : {"complaint", "suggestion", "praise", "enquiry", "comment"}
    theme : str
        Of a complaint or a comment.
    anger : float
        Probability of a rude ending of a complaint.
    tone : {"good", "middling", "bad"}
        Of a comment.
    """
    words = texts("words")[language]
    matters = words[kind][tone] if tone else words[kind]
    matters = matters[theme] if theme else matters
    pieces = [_one(matters, draws[0])]
    if kind == "complaint":
        ending = words["rude"] if draws[1] < anger else words["polite"]
        pieces = [_one(words["opening"], draws[2]), *pieces, _one(words["consequence"], draws[3])]
        pieces.append(_one(ending, draws[4]))
    elif kind == "comment":
        pieces.append(_one(words["remark"][tone], draws[2]))
    else:
        pieces = [_one(words["greeting"], draws[2]), *pieces, _one(words["thanks"], draws[4])]
    filled = iter(draws[5:])
    text = _join(pieces, language)
    return _SLOT.sub(lambda slot: _one(words["slots"][slot[1]], next(filled, draws[1])), text)


def _one(choices: list[str], draw: float) -> str:
    return choices[int(draw * len(choices))]


def _join(pieces: list[str], language: str) -> str:
    if language == "zh":
        return "".join(pieces)
    return " ".join(piece.strip() for piece in pieces if piece.strip())
