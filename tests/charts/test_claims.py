"""What a title may claim: differences beyond intervals, shared first places, figures that are not nought."""

import pandas as pd
import pytest

from analysis import language
from analysis.charts import claims


def rows(*triples) -> pd.DataFrame:
    return pd.DataFrame(triples, columns=["low", "share", "high"]).assign(label=list("abc")[: len(triples)])


@pytest.mark.parametrize(
    ("table", "pair"),
    [
        (rows((0.1, 0.2, 0.3), (0.4, 0.5, 0.6)), "ba"),
        (rows((0.4, 0.5, 0.6), (0.1, 0.2, 0.3), (0.2, 0.3, 0.4)), "ab"),
        # The highest value has a wide interval; the next one stands apart.
        (rows((0.1, 0.9, 1.0), (0.6, 0.7, 0.8), (0.3, 0.4, 0.5)), "bc"),
        (rows((0.1, 0.2, 0.4), (0.4, 0.5, 0.6)), None),
        (rows((0.2, 0.2, 0.2), (0.2, 0.2, 0.2)), None),
        (rows((0.2, 0.2, 0.2)), None),
    ],
)
def test_rows_stand_apart_only_with_a_gap_between_their_intervals(table, pair):
    # Whatever the rows are called.
    found = claims.apart(table.set_axis([7] * len(table)), "share")
    assert (found and found[0]["label"] + found[1]["label"]) == pair


def test_a_first_place_can_be_shared():
    table = pd.DataFrame({"label": list("abcd"), "share": [0.3, None, 0.1, 0.3]})
    assert claims.leaders(table, "share") == ["a", "d"]
    assert claims.named(list("abc")) == "a, b, c"
    assert claims.named(list("abcd")) == "a, b, c, …"


@pytest.mark.parametrize(
    ("value", "said"), [(0, "0.00"), (0.004, "<0.01"), (0.006, "0.01"), (1_234.5, "1,234.50")]
)
def test_a_decimal_reads_0_only_for_nothing(value, said):
    assert claims.decimal(value, 2) == said


def test_they_speak_chinese():
    language.use("zh")
    assert claims.named(list("abcd")) == "a、b、c、…"
