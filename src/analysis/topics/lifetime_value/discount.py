"""Money to come in today's money."""


def monthly(annual: float) -> float:
    """Factor by which a month discounts: (1 + annual)^(−1/12).

    Raises
    ------
    ValueError
        If the rate is −1 or less.
    """
    if not annual > -1:
        raise ValueError(f"the annual discount rate is {annual}; expected a share such as 0.05")
    return (1 + annual) ** (-1 / 12)
