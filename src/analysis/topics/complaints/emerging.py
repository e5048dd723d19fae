"""Which matters of complaint are new or growing, month by month, and since when that was to be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import pandas as pd

from analysis.statistics import emerging
from analysis.statistics.text import tokens
from analysis.topics import masking
from analysis.topics.complaints import intake
from analysis.topics.plain_table import require

FALSE_SHARE = 0.1
LOOKS = 12
LEAST_MONTHS = emerging.LEAST_HISTORY + 1
JOINED = " × "
OTHER = ("other", "其他", "其它")  # where complaints go that fit nothing, or were not read with care


@dataclass(frozen=True)
class Watch:
    """Matters watched month by month, and what each look saw.

    Attributes
    ----------
    counts : DataFrame
        One row per month, whose last day is the index; one column per label: complaints.
    exposure : Series
        All complaints of each month.
    looks : DataFrame
        As `statistics.emerging.monitor` gives it; period is the last day of the month. Empty if there are fewer than
        7 months.
    cases : DataFrame
        One row per complaint and label: case, label, month, person (customer, or the case itself if unknown).
    dependent : bool
        Whether a complaint can have several labels: words.
    """

    counts: pd.DataFrame
    exposure: pd.Series
    looks: pd.DataFrame
    cases: pd.DataFrame
    dependent: bool

    @property
    def today(self) -> pd.DataFrame:
        """The last look, one row per label, which is the index."""
        return self.looks[self.looks["period"] == self.looks["period"].max()].set_index("label")

    def customers(self, months: int = 1) -> pd.DataFrame:
        """Customers by label (column) in as many months up to and with each month (row)."""
        shifts = [
            self.cases.assign(place=self.counts.index.get_indexer(self.cases["month"]) + k)
            for k in range(months)
        ]
        rows = pd.concat(shifts).drop_duplicates(["place", "label", "person"])
        table = pd.crosstab(rows["place"], rows["label"]).reindex(range(len(self.counts)), fill_value=0)
        return table.set_axis(self.counts.index)


def issues(cases: pd.DataFrame, by: Sequence[str] = ("issue",)) -> pd.DataFrame:
    """What each complaint is filed under.

    Parameters
    ----------
    cases : DataFrame
        One row per feedback; the columns `by`, and kind where suggestions and the like are among them.
    by : sequence of str
        Columns that make up the label, such as ("issue", "family").

    Returns
    -------
    DataFrame
        One row per complaint with all of them: case (its row in `cases`), label.
    """
    require(cases, {name: "label of the case" for name in by}, "cases")
    known = _complaints(cases).dropna(subset=list(by))
    label = (
        known[by[0]].map(intake.plain).str.cat([known[name].map(intake.plain) for name in by[1:]], sep=JOINED)
    )
    return pd.DataFrame({"case": known.index, "label": label.to_numpy()})


def words(cases: pd.DataFrame, texts: pd.DataFrame, within: Sequence[str] = OTHER) -> pd.DataFrame:
    """What is written in complaints that are filed under nothing in particular: a new matter is misfiled first.

    Parameters
    ----------
    cases : DataFrame
        One row per feedback: feedback_id, issue; kind where suggestions and the like are among them.
    texts : DataFrame
        One row per text: feedback_id, text.
    within : sequence of str
        Issues; complaints without any are read too.

    Returns
    -------
    DataFrame
        One row per complaint and word or pair of neighbouring words: case (its row in `cases`), label. Names, numbers,
        dates, amounts and addresses are no words, nor is what carries no theme.
    """
    require(cases, {"feedback_id": "number of the case", "issue": "issue as filed"}, "cases")
    unfiled = _complaints(cases)
    unfiled = unfiled[unfiled["issue"].isna() | unfiled["issue"].isin(within)]
    read = unfiled.reset_index(names="case").merge(texts[["feedback_id", "text"]], on="feedback_id")
    # A name that several complain of would be a label.
    common = masking.common_words(read["text"], read["feedback_id"])
    cut = tokens.cut((masking.mask(text, common=common).text for text in read["text"]), tokens.stop_words())
    rows = [(case, label) for case, text in zip(read["case"], cut, strict=True) for label in _runs(text)]
    return pd.DataFrame(rows, columns=["case", "label"])


def _runs(text: list[str]) -> set[str]:
    pairs = {"".join(pair) if not pair[0].isascii() else " ".join(pair) for pair in pairwise(text)}
    return set(text) | pairs


def watch(
    cases: pd.DataFrame,
    as_of: date,
    labels: pd.DataFrame | None = None,
    *,
    looks: int = LOOKS,
    looks_a_year: int = LOOKS,
    dependent: bool = False,
) -> Watch:
    """Look at the end of each of the last months for what is new or growing, by what was known then.

    Parameters
    ----------
    cases : DataFrame
        One row per feedback: received_at; customer_id and kind where they are known.
    as_of : datetime.date
        Last day of the last month; months are counted back from it.
    labels : DataFrame, optional
        As `issues` gives it, which is taken without.
    looks : int
        Months looked at.
    looks_a_year : int
        How often a year the report is made: of the alarms of all its looks, one in ten at most is to be false.
    dependent : bool
        Whether a complaint can have several labels, as for words.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    require(cases, {"received_at": "moment of receipt"}, "cases")
    labels = issues(cases) if labels is None else labels
    filed = _complaints(cases)
    ends = month_ends(filed["received_at"].min(), as_of)
    month = _month_of(filed["received_at"], ends).dropna()
    exposure = month.value_counts().reindex(ends, fill_value=0)
    rows = labels[labels["case"].isin(month.index)]
    person = cases["customer_id"] if "customer_id" in cases else pd.Series(None, cases.index, dtype="object")
    # Who is unknown is taken for somebody else each time.
    person = person.astype("object").where(person.notna(), cases.index.to_series())
    rows = rows.assign(month=month.loc[rows["case"]].to_numpy(), person=person.loc[rows["case"]].to_numpy())
    counts = pd.crosstab(rows["month"], rows["label"]).reindex(ends, fill_value=0)
    how = {"false_share": FALSE_SHARE, "looks_a_year": looks_a_year, "dependent": dependent}
    enough = len(ends) >= LEAST_MONTHS and len(counts.columns)
    seen = emerging.monitor(counts, exposure, looks, **how) if enough else _unseen()
    return Watch(counts, exposure, seen, rows, dependent)


def month_ends(first: pd.Timestamp, as_of: date) -> pd.DatetimeIndex:
    """Last days of the months from `first` to `as_of`, counted back from `as_of`."""
    if pd.isna(first):
        return pd.DatetimeIndex([])
    after = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    ends = [after - pd.DateOffset(months=k) - pd.Timedelta(days=1) for k in range(max(months, 0), -1, -1)]
    return pd.DatetimeIndex([end for end in ends if end >= first.normalize()])


def _month_of(received: pd.Series, ends: pd.DatetimeIndex) -> pd.Series:
    """Last day of the month of each case; missing after the last."""
    place = ends.searchsorted(received.dt.normalize())
    return pd.Series(ends.append(pd.DatetimeIndex([pd.NaT]))[place], received.index)


def _unseen() -> pd.DataFrame:
    """No look."""
    table = pd.DataFrame(columns=["period", *emerging.COLUMNS])
    return table.astype(dict.fromkeys(("new", "seasonal", "alarm", "naive"), bool))


def _complaints(cases: pd.DataFrame) -> pd.DataFrame:
    known = "kind" in cases and cases["kind"].notna().any()
    return cases[cases["kind"] == "complaint"] if known else cases
