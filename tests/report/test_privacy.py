import csv
import hashlib
import hmac
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.report import privacy
from analysis.report.privacy import pseudonyms, safe_csv, suppress


def test_pseudonyms_hold_with_the_key_and_change_with_it(monkeypatch):
    ids = pd.Series(["C1", "C2", None, "C1"], index=[5, 6, 7, 8])
    monkeypatch.setenv(privacy.KEY, "one")
    first = pseudonyms(ids)
    assert first.index.equals(ids.index) and first[5] == first[8] != first[6] and pd.isna(first[7])
    assert first.dropna().str.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}").all()
    assert pseudonyms(ids).equals(first)
    # Computed apart: the last 60 of the first 64 bits in Crockford's letters, lowest first.
    bits = int(hmac.new(b"one", b"C1", hashlib.sha256).hexdigest()[:16], 16)
    letters = ""
    for _place in range(12):
        bits, letter = divmod(bits, 32)
        letters += "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[letter]
    assert first[5].replace("-", "") == letters
    monkeypatch.setenv(privacy.KEY, "two")
    assert not set(pseudonyms(ids).dropna()) & set(first.dropna())


def test_without_a_key_nobody_else_can_compute_a_pseudonym(monkeypatch):
    monkeypatch.delenv(privacy.KEY, raising=False)
    code = "import pandas as pd, analysis.report.privacy as p; print(p.pseudonyms(pd.Series(['C1']))[0])"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = pseudonyms(pd.Series(["C1", "C1"]))
    assert here[0] == here[1] != other.stdout.strip()


def test_a_hundred_thousand_customers_have_as_many_pseudonyms():
    assert pseudonyms(pd.Series(np.arange(100_000).astype(str))).nunique() == 100_000


def test_small_cells_and_one_that_would_tell_them_are_blank():
    frame = pd.DataFrame({"tier": list("abcd"), "n": [500, 10, 11, 90], "mean": [1.0, 2.0, 3.0, 4.0]})
    frame["name"] = pd.Categorical(["A", "B", "C", "D"])
    out = suppress(frame, "n", "tier")
    assert out["suppressed"].tolist() == ["", "<11", "withheld", ""]
    assert out["n"].isna().tolist() == out["mean"].isna().tolist() == [False, True, True, False]
    assert out["name"].tolist() == ["A", "B", "C", "D"]
    assert frame["n"].tolist() == [500, 10, 11, 90]


def test_nothing_is_hidden_where_nothing_is_small():
    frame = pd.DataFrame({"tier": ["a", "b"], "n": [11, 12]})
    assert suppress(frame, "n", "tier")["n"].tolist() == [11, 12]


def test_a_bridge_between_two_hidden_cycles_is_found():
    """Two small cells in every line are not enough: the cell that joins two such blocks still follows."""
    counts = np.full((4, 4), 100)
    for row, column in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3), (1, 2)]:
        counts[row, column] = 6
    assert determined(counts, counts < 11) == {(1, 2)}
    assert determined(counts, hidden_in(counts)) == set()


def test_each_table_within_a_frame_hides_a_cell_of_its_own():
    frame = pd.DataFrame(
        {"what": ["a", "b", "b", "a", "a"], "label": ["x", "x", "y", "y", "z"], "n": [5, 12, 40, 30, 90]},
        index=[7, 7, 8, 9, 1],
    )
    out = suppress(frame, "n", by="label", within="what")
    assert out["suppressed"].tolist() == ["<11", "", "", "withheld", ""]
    assert out.index.tolist() == [7, 7, 8, 9, 1] and out["n"].isna().sum() == 2
    pd.testing.assert_frame_equal(
        suppress(frame[:0], "n", by="label", within="what"), suppress(frame[:0], "n", by="label")
    )


def test_a_cell_given_twice_is_refused():
    with pytest.raises(ValueError, match="appears twice"):
        suppress(pd.DataFrame({"tier": ["a", "a"], "n": [1, 2]}), "n", "tier")


def test_three_ways_are_refused():
    with pytest.raises(ValueError, match="one or two"):
        suppress(pd.DataFrame({"a": [1], "b": [1], "c": [1], "n": [1]}), "n", ["a", "b", "c"])


def hidden_in(counts: np.ndarray) -> np.ndarray:
    """Mask of cells that `suppress` blanks in a full two-way table."""
    rows, columns = np.indices(counts.shape)
    frame = pd.DataFrame({"row": rows.ravel(), "column": columns.ravel(), "n": counts.ravel()})
    out = suppress(frame, "n", ["row", "column"])
    return out["n"].isna().to_numpy().reshape(counts.shape)


def determined(counts: np.ndarray, hidden: np.ndarray) -> set[tuple[int, int]]:
    """Hidden cells that follow from the totals: those that no solution of the homogeneous system moves."""
    cells = list(zip(*np.nonzero(hidden), strict=True))
    if not cells:
        return set()
    height, width = counts.shape
    system = np.zeros((height + width, len(cells)))
    for place, (row, column) in enumerate(cells):
        system[row, place] = system[height + column, place] = 1
    _u, sizes, directions = np.linalg.svd(system)
    free = directions[(sizes > 1e-9).sum() :]
    return {
        (int(r), int(c))
        for (r, c), moves in zip(cells, np.abs(free).max(0, initial=0), strict=True)
        if moves < 1e-9
    }


tables = st.integers(2, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 60), min_size=width, max_size=width), min_size=2, max_size=5
    ).map(np.array)
)


@settings(max_examples=300, deadline=None)
@given(tables)
def test_no_hidden_cell_of_a_two_way_table_follows_from_the_totals(counts):
    hidden = hidden_in(counts)
    assert hidden[counts < 11].all()
    assert determined(counts, hidden) == set()
    for axis in (0, 1):
        for line in range(counts.shape[axis]):
            cells, blank = counts.take(line, axis), hidden.take(line, axis)
            # What all hidden cells of a line hold together is told by its total: no small group either.
            assert not blank.any() or blank.all() or cells[blank].sum() >= 11


@settings(max_examples=200, deadline=None)
@given(tables, st.randoms())
def test_the_same_cells_are_hidden_in_whatever_order_they_come(counts, chance):
    rows, columns = np.indices(counts.shape)
    frame = pd.DataFrame({"row": rows.ravel(), "column": columns.ravel(), "n": counts.ravel()})
    order = chance.sample(list(frame.index), len(frame))
    mixed = suppress(frame.loc[order], "n", ["row", "column"]).sort_index()
    pd.testing.assert_frame_equal(mixed, suppress(frame, "n", ["row", "column"]))


def test_every_process_hides_the_same_of_equal_cells():
    """Python sorts sets of text differently in every process: two runs that hide different cells tell both."""
    script = (
        "import pandas as pd\nfrom analysis.report.privacy import suppress\n"
        "f = pd.DataFrame({'tier': list('abcdefgh'), 'n': [5] + [20] * 7})\n"
        "print(suppress(f, 'n', 'tier')['suppressed'].tolist())\n"
        "g = pd.DataFrame([(r, c, 9 if r == c else 20) for r in 'abcd' for c in 'vwxyz'[:4]],"
        " columns=['r', 'c', 'n']).assign(n=lambda d: d['n'].where(d.index % 5 > 0, 3))\n"
        "print(suppress(g, 'n', ['r', 'c'])['suppressed'].tolist())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(runs) == 1


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_no_hidden_cell_of_a_one_way_table_follows_from_the_total(counts):
    frame = pd.DataFrame({"tier": [str(n) for n in range(len(counts))], "n": counts})
    blank = suppress(frame, "n", "tier")["n"].isna().to_numpy()
    assert blank[np.array(counts) < 11].all()
    assert not blank.any() or blank.all() or (blank.sum() > 1 and np.array(counts)[blank].sum() >= 11)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_cell_that_would_run_as_a_formula_is_text(tmp_path, start):
    frame = pd.DataFrame({"=name": [f"{start}cmd|' /C calc'!A0", "fine", None], "amount": [-1.5, 2.0, None]})
    safe_csv(frame, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    assert rows[0] == ["'=name", "amount"]
    assert rows[1] == [f"'{start}cmd|' /C calc'!A0", "-1.5"]
    assert rows[2:] == [["fine", "2.0"], ["", ""]]
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_numbers_among_text_stay_numbers_and_categories_are_guarded(tmp_path):
    frame = pd.DataFrame({"mixed": pd.Series([-3, "-3"], dtype=object), "kind": pd.Categorical(["@a", "b"])})
    safe_csv(frame, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8-sig").split() == [
        '"mixed","kind"',
        """-3,"'@a\"""",
        """"'-3","b\"""",
    ]
