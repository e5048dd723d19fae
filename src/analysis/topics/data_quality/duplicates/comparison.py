"""How two records compare, field by field: a level of agreement, and how common the shared value is."""

import duckdb
import numpy as np

from analysis.language import _

# Levels by field; a level's position is its number in the tables of `model`. 0 is "not known on both".
NAME = (
    "unknown",
    "same",
    "order",
    "script",
    "homophone",
    "similar",
    "family_name",
    "longer",
    "partly",
    "different",
)
BIRTH = ("unknown", "same", "swapped", "near", "different")
GENDER = ("unknown", "same", "different")
CONTACT = ("unknown", "same", "near", "different")
LEVELS = {"name": NAME, "birth_date": BIRTH, "gender": GENDER, "phone": CONTACT, "email": CONTACT}

# One typing error apart: a letter wrong, missing, too many, or two swapped. The distance is slow, so that it is
# asked (CASE, for AND asks both) of texts whose one half is the same; it counts bytes, so that it is asked of
# Latin letters and digits only.
APART = """CASE WHEN length({a}) >= {least} AND abs(length({a}) - length({b})) <= 1
        AND (left({a}, length({a}) // 2 - 1) = left({b}, length({a}) // 2 - 1)
            OR right({a}, length({a}) // 2 - 1) = right({b}, length({a}) // 2 - 1))
        THEN damerau_levenshtein({a}, {b}) = 1 ELSE false END"""
SPELT = " OR ".join(
    APART.format(least=6, a=f"a.spellings[{i}]", b=f"b.spellings[{j}]")
    for i, j in ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1))
)
# One character of three or four is another, in the order of the one or of the other.
MISTAKEN = " OR ".join(
    "({}) >= 3".format(" + ".join(f"(a.name[{i}] = ({b})[{i}])::INTEGER" for i in (1, 2, 3, 4)))
    for b in ("b.name", "b.name[2:] || b.name[1]", "b.name[-1] || b.name[:-2]")
)
CHINESE = f"""CASE
    WHEN length(a.name) = length(b.name) AND contains(a.name || a.name, b.name) THEN 2
    WHEN list_sort(a.sounds) = list_sort(b.sounds) AND a.sorted_name != b.sorted_name THEN 4
    WHEN len(a.tokens) >= 2 AND a.name[2:] = b.name[2:] THEN 6
    WHEN length(a.name) = length(b.name) AND length(a.name) IN (3, 4) AND ({MISTAKEN}) THEN 5
    WHEN list_has_any(a.keys, b.keys) THEN 8
    ELSE 9 END"""
MIXED = f"""CASE
    WHEN list_has_any(a.spellings, b.spellings) THEN 3
    WHEN {SPELT} THEN 5
    WHEN list_has_any(a.keys, b.keys) THEN 8
    ELSE 9 END"""
LATIN = f"""CASE
    WHEN a.sorted_name = b.sorted_name THEN 2
    WHEN {APART.format(least=6, a="a.name", b="b.name")} THEN 5
    WHEN {APART.format(least=6, a="a.sorted_name", b="b.sorted_name")} THEN 5
    WHEN len(a.tokens) = len(b.tokens) AND len(list_intersect(a.tokens, b.tokens)) = len(a.tokens) - 1
        AND damerau_levenshtein(list_filter(a.tokens, c -> NOT list_contains(b.tokens, c))[1],
        list_filter(b.tokens, c -> NOT list_contains(a.tokens, c))[1]) = 1 THEN 5
    WHEN least(len(a.tokens), len(b.tokens)) >= 2
        AND len(list_intersect(a.tokens, b.tokens)) = least(len(a.tokens), len(b.tokens)) THEN 7
    WHEN list_has_any(a.keys, b.keys) THEN 8
    ELSE 9 END"""
NAME_LEVEL = f"""CASE
    WHEN a.name IS NULL OR b.name IS NULL THEN 0
    WHEN a.name = b.name THEN 1
    WHEN a.han AND b.han THEN {CHINESE}
    WHEN a.han OR b.han THEN {MIXED}
    ELSE {LATIN} END"""
BIRTH_LEVEL = """CASE
    WHEN a.birth_date IS NULL OR b.birth_date IS NULL THEN 0
    WHEN a.birth_date = b.birth_date THEN 1
    WHEN year(a.birth_date) = year(b.birth_date) AND month(a.birth_date) = day(b.birth_date)
        AND day(a.birth_date) = month(b.birth_date) THEN 2
    WHEN (year(a.birth_date) = year(b.birth_date)
            OR strftime(a.birth_date, '%m%d') = strftime(b.birth_date, '%m%d'))
        AND (damerau_levenshtein(strftime(a.birth_date, '%Y%m%d'), strftime(b.birth_date, '%Y%m%d')) = 1
            OR abs(year(a.birth_date) - year(b.birth_date)) = 1) THEN 3
    ELSE 4 END"""
CONTACT_LEVEL = f"""CASE
    WHEN a.{{field}} IS NULL OR b.{{field}} IS NULL THEN 0
    WHEN a.{{field}} = b.{{field}} THEN 1
    WHEN {APART.format(least=1, a="a.{field}", b="b.{field}")} THEN 2
    ELSE 3 END"""
GENDER_LEVEL = """CASE
    WHEN a.gender IS NULL OR b.gender IS NULL THEN 0 WHEN a.gender = b.gender THEN 1 ELSE 2 END"""
COMMON = {"name": "sorted_name", "birth_date": "birth_date", "phone": "phone", "email": "email"}


def compare(connection: duckdb.DuckDBPyConnection, pairs: str) -> dict[str, np.ndarray]:
    """Levels of the pairs in table `pairs` (l, r).

    Returns
    -------
    dict of array
        l, r and chinese (how many of the two names are), then per field of `LEVELS` its level, and per field
        of `COMMON` under ``n_<field>`` how many records hold the left one's value. Ordered by l and r.
    """
    levels = {
        "name": NAME_LEVEL,
        "birth_date": BIRTH_LEVEL,
        "gender": GENDER_LEVEL,
        "phone": CONTACT_LEVEL.format(field="phone"),
        "email": CONTACT_LEVEL.format(field="email"),
    }
    held = ", ".join(
        f"(count({c}) OVER (PARTITION BY {c}))::INTEGER AS n_{field}" for field, c in COMMON.items()
    )
    chosen = [f"({sql})::TINYINT AS {field}" for field, sql in levels.items()]
    chosen += [f"n_{field}" for field in COMMON]
    connection.execute(f"CREATE TABLE IF NOT EXISTS counted AS SELECT id, {held} FROM record")
    result = connection.execute(
        f"SELECT l, r, (coalesce(a.han, false)::INTEGER + coalesce(b.han, false)::INTEGER) AS chinese,"
        f" {', '.join(chosen)} FROM {pairs}"
        " JOIN record AS a ON a.id = l JOIN record AS b ON b.id = r JOIN counted ON counted.id = l ORDER BY l, r"
    )
    return result.fetchnumpy()


def words() -> dict[str, dict[str, str]]:
    """What a level says to a reader, by field and level."""
    contact = {"same": _("same"), "near": _("one character differs"), "different": _("different")}
    return {
        "name": {
            "same": _("same"),
            "order": _("same in another order"),
            "script": _("same in another script"),
            "homophone": _("sounds the same"),
            "similar": _("similar"),
            "family_name": _("only the family name differs"),
            "longer": _("one has a further word"),
            "partly": _("partly the same"),
            "different": _("different"),
        },
        "birth_date": {
            "same": _("same"),
            "swapped": _("day and month swapped"),
            "near": _("one digit or one year differs"),
            "different": _("different"),
        },
        "gender": {"same": _("same"), "different": _("different")},
        "phone": contact,
        "email": contact,
    }


def evidence(pairs: dict[str, np.ndarray]) -> list[str]:
    """One sentence a pair: what agrees and how, without any value; fields not known on both are left out."""
    titles = {
        "name": _("name"),
        "birth_date": _("birth date"),
        "gender": _("gender"),
        "phone": _("phone"),
        "email": _("e-mail"),
    }
    said = words()
    rows = zip(*(pairs[field].tolist() for field in LEVELS), strict=True)
    return [
        _("; ").join(
            titles[field] + _(": ") + said[field][LEVELS[field][level]]
            for field, level in zip(LEVELS, row, strict=True)
            if level
        )
        for row in rows
    ]
