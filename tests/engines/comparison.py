"""Comparing tables that different engines made."""

import ibis
import numpy as np
import pandas as pd

RELATIVE = 1e-9


def rows(table: ibis.Table, key: list[str]) -> pd.DataFrame:
    """All rows of `table` in the order of `key`, through Arrow: the same types from every engine."""
    frame = table.to_pyarrow().to_pandas(date_as_object=False)
    return frame.sort_values(key, ignore_index=True)


def assert_same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    """Same columns, same blanks, same values; numbers to 1e-9 of themselves or of the column's scale."""
    assert list(left.columns) == list(right.columns)
    assert len(left) == len(right)
    for name in left.columns:
        a, b = left[name], right[name]
        assert a.isna().equals(b.isna()), f"{name}: blanks differ"
        a, b = a[a.notna()], b[b.notna()]
        if pd.api.types.is_float_dtype(a) or pd.api.types.is_float_dtype(b):
            # A slope is what remains of a difference of sums: its error is one of the sums, not of itself.
            scale = np.abs(a.to_numpy(float)).max(initial=0)
            np.testing.assert_allclose(
                b.to_numpy(float), a.to_numpy(float), rtol=RELATIVE, atol=RELATIVE * scale, err_msg=name
            )
        else:
            different = a.astype(str).to_numpy() != b.astype(str).to_numpy()
            assert not different.any(), f"{name}: {a[different].iloc[0]!r} is {b[different].iloc[0]!r}"
