"""Comments that can be quoted: masked, checked again, in words that others use too, and only of large enough themes."""

import re
from collections.abc import Collection

import pandas as pd

from analysis.bank.source import View
from analysis.language import _, listed, number, percent
from analysis.topics import masking
from analysis.topics.plain_table import require

SMALLEST = 11  # customers of a theme that is quoted
LONGEST, MOST_MASKS = 120, 2
NEEDED = {
    "customer_id": "customer",
    "text": "comment",
    "theme": "number of its theme",
    "label": "words of its theme",
}
SHOWN = ("quotable", "identifier", "masks", "unusual", "long")


def names(view: View) -> frozenset[str]:
    """Names of the customers who were invited to a survey, where the bank stores names."""
    people = view.table("customers").semi_join(view.table("survey_invitations"), "customer_id")
    found = people.filter(people.name.notnull()).select("name").distinct().to_pandas()["name"]
    return frozenset(name for name in found.str.strip() if len(name) > 1)


def places(view: View) -> frozenset[str]:
    """Names of the branches, if the bank has a table of them."""
    if not view.has("branches"):
        return frozenset()
    found = view.table("branches").select("name").to_pandas()["name"].dropna()
    return frozenset(name for name in found.str.strip() if len(name) > 1)


def quotable(
    comments: pd.DataFrame, names: Collection[str] = frozenset(), places: Collection[str] = frozenset()
) -> pd.DataFrame:
    """Each comment masked, and whether it can be quoted.

    Parameters
    ----------
    comments : DataFrame
        One row per comment: customer_id, text.
    names, places : collection of str
        As `names` and `places` give them.

    Returns
    -------
    DataFrame
        The same rows: masked (the text with its masks in words), kinds (list of what was masked), state: "quotable", or
        why not: "identifier" (something that identifies was left after masking), "masks" (more than two), "unusual" (a
        word that fewer than 5 customers use, or no word at all), "long" (over 120 letters).
    """
    require(comments, {name: NEEDED[name] for name in ("customer_id", "text")}, "comments")
    read = comments["text"].fillna("").astype("str")
    common = masking.common_words(read, comments["customer_id"])
    known = frozenset(names)
    done = [masking.mask(text, known, places, common) for text in read]
    states = [_state(one, known, common) for one in done]
    columns = {
        "masked": [masking.readable(m.text) for m in done],
        "kinds": [list(m.kinds) for m in done],
        "state": states,
    }
    return pd.DataFrame(columns, index=comments.index)


def _state(one: masking.Masked, names: frozenset[str], common: frozenset[str]) -> str:
    text = one.text
    for letter in masking.MASKS.values():
        text = text.replace(letter, " ")
    if identifies(text, names, common):
        return "identifier"
    if sum(one.text.count(letter) for letter in masking.MASKS.values()) > MOST_MASKS:
        return "masks"
    if not masking.content(text) or masking.content(text) - common:
        return "unusual"
    return "long" if len(one.text) > LONGEST else "quotable"


def identifies(
    text: str, names: Collection[str] = frozenset(), common: Collection[str] = frozenset()
) -> bool:
    """Whether a masked text, its masks taken out, still holds what may identify: a second look that trusts no first."""
    bare = masking.plain(text)
    joined = re.sub(r"[\W_]", "", bare)
    if "@" in bare or re.search(r"\d{3}", joined) or sum(letter.isdigit() for letter in joined) > 4:
        return True
    if any(joined[k : k + size] in names for size in (2, 3, 4) for k in range(len(joined) - size + 1)):
        return True
    return any(what == "name" for _word, what in masking.tagged(bare, common))


def quotes(
    comments: pd.DataFrame,
    names: Collection[str] = frozenset(),
    places: Collection[str] = frozenset(),
    each: int = 2,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Typical comments of each theme that can be shown.

    Parameters
    ----------
    comments : DataFrame
        One row per comment, the most typical of a theme first: customer_id, text, theme, label.
    names, places
        As for `quotable`.
    each : int
        Quotes of a theme at most, of different customers, no two alike.

    Returns
    -------
    DataFrame
        One row per quote: theme, label, customers (of the theme), quote, masked (kinds in words; "" if nothing).
    DataFrame
        One row per theme: theme, label, customers, comments, with_masks (comments in which something was masked), and how
        many are quotable, identifier, masks, unusual, long (as `quotable` says); shown (quotes).
    """
    require(comments, NEEDED, "comments")
    checked = comments.join(quotable(comments, names, places))
    words = masking.kinds()
    rows, counts = [], []
    for (theme, label), part in checked.groupby(["theme", "label"], sort=True):
        customers = part["customer_id"].nunique()
        good = part[part["state"] == "quotable"].drop_duplicates("customer_id").drop_duplicates("masked")
        good = _unlike(good, each) if customers >= SMALLEST else good.head(0)
        for quote, kinds in zip(good["masked"], good["kinds"], strict=True):
            rows.append((theme, label, customers, quote, listed(words[kind] for kind in kinds)))
        states = part["state"].value_counts()
        masked = int((part["kinds"].str.len() > 0).sum())
        counts.append(
            (theme, label, customers, len(part), masked, *(int(states.get(s, 0)) for s in SHOWN), len(good))
        )
    shown = pd.DataFrame(rows, columns=["theme", "label", "customers", "quote", "masked"])
    columns = ["theme", "label", "customers", "comments", "with_masks", *SHOWN, "shown"]
    return shown, pd.DataFrame(counts, columns=columns)


def _unlike(rows: pd.DataFrame, each: int) -> pd.DataFrame:
    """The first rows of which no two share half of their words."""
    kept: list = []
    words: list[set[str]] = []
    for place, text in zip(rows.index, rows["masked"], strict=True):
        own = masking.content(text)
        if len(kept) < each and all(len(own & other) * 2 < len(own | other) for other in words):
            kept.append(place)
            words.append(own)
    return rows.loc[kept]


def sentence(counts: pd.DataFrame) -> str:
    """What was done to the comments before any was quoted, from the second table of `quotes`."""
    total = counts["comments"].sum()
    if not total:
        return _("There is no comment to quote.")
    return _(
        "Of {n} comments {quotable} could be quoted. In {masked} a name, number, amount, day or place was masked; {left}"
        " were left out because something that may identify remained, {masks} because too much was masked, {unusual}"
        " because of words that fewer than {common} customers use. Themes of fewer than {smallest} customers are not quoted."
    ).format(
        n=number(total), quotable=percent(counts["quotable"].sum() / total, 0), masked=number(counts["with_masks"].sum()),
        left=number(counts["identifier"].sum()), masks=number(counts["masks"].sum()),
        unusual=number(counts["unusual"].sum()), common=number(masking.COMMON), smallest=number(SMALLEST),
    )  # fmt: skip
