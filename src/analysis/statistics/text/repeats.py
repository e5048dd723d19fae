"""How much of what is written has been written before, word for word: forms, templates, copied letters."""

import re
from collections.abc import Iterable

import numpy as np

from analysis.statistics.text import tokens

_END = re.compile(r"[。！？!?\n；;]+|\.(?=\s|$)")


def sentences(text: str) -> list[str]:
    """Sentences of a text, masked, so that other dates, amounts and numbers make no other sentence."""
    parts = (" ".join(tokens.words(part)) for part in _END.split(tokens.masked(text)))
    return [part for part in parts if part]


def seen_before(texts: Iterable[str], earlier: Iterable[str]) -> np.ndarray:
    """Share of each text's sentences that occur in an earlier text, word for word; missing for a text without any."""
    known = {sentence for text in earlier for sentence in sentences(text)}
    found = []
    for text in texts:
        parts = sentences(text)
        found.append(sum(part in known for part in parts) / len(parts) if parts else np.nan)
    return np.array(found, dtype=float)
