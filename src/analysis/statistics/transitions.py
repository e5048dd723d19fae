"""Moves between states from one date to another: who went where, at which rate, how sure."""

import pandas as pd

from analysis.statistics.intervals import wilson


def transitions(before: pd.Series, after: pd.Series, states: list[str]) -> pd.DataFrame:
    """Rates of moving between states.

    Parameters
    ----------
    before, after : Series of str
        State of each unit on the first and the second date, aligned by index; a unit that is blank on either
        date is left out (someone who joined or left has a state of its own, if it is to count).
    states : list of str
        All states in order, lowest first.

    Returns
    -------
    DataFrame
        One row per pair of states: origin, target, count, n (units in origin before), rate (count / n),
        low, high (95 % Wilson interval), step (target's place minus origin's: positive is up). Rates of one
        origin sum to 1; they are missing for an origin without units.

    Raises
    ------
    ValueError
        If a unit is in a state that `states` does not list.

    Notes
    -----
    With the two dates alone each origin's moves are a multinomial sample, whose cell rates have binomial
    intervals (Anderson and Goodman 1957, Annals of Mathematical Statistics 28). An interval says what a
    repeat of the same period would give, not what the next period brings.
    """
    for name, column in (("before", before), ("after", after)):
        unknown = sorted(set(column.dropna().unique()) - set(states))
        if unknown:
            raise ValueError(f"{name} holds the state {unknown[0]!r}; expected one of {', '.join(states)}")
    counts = pd.crosstab(before, after).reindex(index=states, columns=states, fill_value=0)
    table = counts.rename_axis(index="origin", columns="target").stack().rename("count").reset_index()
    table["n"] = table.groupby("origin")["count"].transform("sum")
    table["rate"] = table["count"] / table["n"].where(table["n"] > 0)
    table["low"], table["high"] = wilson(table["count"], table["n"])
    place = {state: i for i, state in enumerate(states)}
    table["step"] = table["target"].map(place) - table["origin"].map(place)
    return table
