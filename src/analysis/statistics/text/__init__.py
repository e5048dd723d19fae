"""What texts in Chinese and English say: their label learnt from earlier ones, their themes, their tone."""

from analysis.statistics.text.classification import Classification, classify
from analysis.statistics.text.theming import Themes, themes
from analysis.statistics.text.tone import sentiment
from analysis.statistics.text.tone_learnt import LearntSentiment, learn_sentiment

__all__ = [
    "Classification",
    "LearntSentiment",
    "Themes",
    "classify",
    "learn_sentiment",
    "sentiment",
    "themes",
]
