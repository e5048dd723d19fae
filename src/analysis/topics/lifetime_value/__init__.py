"""What each customer is worth from here on, and how sure we are.

`evaluate`, `fit` and `predict` take a table of your own; docs/lifetime_value.md has an example that runs. For a bank,
`purchases.from_view` gives the log of purchases and `relationship` the value of balances and fees.
"""

from analysis.topics.lifetime_value.own_table import Forecaster, evaluate, fit, predict

__all__ = ["Forecaster", "evaluate", "fit", "predict"]
