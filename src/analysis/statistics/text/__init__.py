"""What texts in Chinese and English say: their label learnt from earlier ones, their themes, their tone."""

from analysis.statistics.text.classification import Classification, classify
from analysis.statistics.text.theming import Themes, themes
from analysis.statistics.text.tone import sentiment

__all__ = ["Classification", "Themes", "classify", "sentiment", "themes"]
