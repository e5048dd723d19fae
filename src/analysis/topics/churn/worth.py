"""What is lost with a customer: the margin that balances and fees earn, less what serving costs."""

import pandas as pd

from analysis.bank.source import MissingTable, View
from analysis.topics.lifetime_value import relationship, valuation
from analysis.topics.segmentation import Ladder


def values(view: View, ladder: Ladder, months: int) -> pd.DataFrame | None:
    """Margin of each customer over the next months, if the customer stays and all else stays as it is.

    Parameters
    ----------
    ladder : segmentation.Ladder
        Tiers of assets.
    months : int
        Months that a customer who is kept is reckoned to stay.

    Returns
    -------
    DataFrame or None
        One row per customer with the bank on the day: customer_id, value (currency, not discounted; negative where serving
        costs more than is earned). None if the bank tells neither balances nor products.
    """
    try:
        table = valuation.margins(view, ladder, relationship.Assumptions())
    except MissingTable:
        return None
    if not table[["balance_margin", "fees"]].to_numpy().any():
        return None
    return pd.DataFrame({"customer_id": table["customer_id"], "value": months * table["margin"]})
