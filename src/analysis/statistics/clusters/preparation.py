"""Features on one scale: tails drawn in, blanks filled, what tells nothing left out and named."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

MOST_MISSING = 0.5  # a column with more blanks than this is left out
MOST_EQUAL = 0.99  # a column in which one value has more than this share is left out as constant
SAME = 0.98  # of two columns with an absolute correlation above this the later is left out
SKEWED = 0.4  # quantile skewness above which a column is taken by its logarithm
TAILED = (
    1.6  # span of the inner 99 % over the middle half's, against the normal's, above which tails are drawn in
)
LIMIT = 4.0  # standard deviations at which a value is cut off


@dataclass(frozen=True)
class Preparation:
    """How columns become comparable; made by `prepare`, applied by `transform`.

    Attributes
    ----------
    columns : DataFrame
        One row per column of the input, index `feature`: used (bool), why (reason it was left out, else ""),
        missing (share), filled (median put into blanks, in the column's unit), whole (only whole numbers),
        shape ("linear", "log" or "asinh"), origin and unit (of the shape, in the column's unit), mean and sd
        (after the shape).
    """

    columns: pd.DataFrame

    @property
    def used(self) -> list[str]:
        """Names of the columns that are used, in their order."""
        return self.columns.index[self.columns["used"]].tolist()

    def transform(self, frame: pd.DataFrame, dither: np.random.Generator | None = None) -> np.ndarray:
        """Rows of `frame` as a matrix of standard deviations from the mean, one column per used feature.

        Parameters
        ----------
        frame : DataFrame
            One row per unit with the columns of `used`.
        dither : Generator, optional
            Spreads whole numbers evenly over ±½, so that the gaps between counts are not taken for gaps
            between groups. For learning only.
        """
        matrix = np.empty((len(frame), len(self.used)))
        for place, (name, how) in enumerate(self.columns[self.columns["used"]].iterrows()):
            values = numbers(frame[name])
            values = np.where(np.isnan(values), how["filled"], values)
            if dither is not None and how["whole"]:
                values = values + dither.uniform(-0.5, 0.5, len(values))
            shaped = _SHAPES[how["shape"]]((values - how["origin"]) / how["unit"])
            matrix[:, place] = np.clip((shaped - how["mean"]) / how["sd"], -LIMIT, LIMIT)
        return matrix


_SHAPES = {
    "linear": lambda x: x,
    "log": lambda x: np.sign(x) * np.log1p(np.abs(x)),
    "asinh": np.arcsinh,
}


def prepare(frame: pd.DataFrame) -> tuple[np.ndarray, Preparation]:
    """Bring numeric features onto one scale.

    Blanks become the column's median. A skewed column is taken as ``sign(x) log(1 + |x| / u)`` with u the
    lowest decile of its sizes above 0; one with long tails on both sides as ``asinh((x - median) / s)`` with
    s the middle half's normal standard deviation, which makes no second peak out of one (an asinh with a
    smaller unit would). Both are monotone: no customer overtakes another. Then mean 0, standard deviation 1,
    cut off at ±4. Left out, and named in the result: columns that are mostly blank, constant, or say again
    what an earlier column says.

    Parameters
    ----------
    frame : DataFrame
        One row per unit, numeric or boolean columns; blanks allowed.

    Returns
    -------
    matrix : ndarray
        Rows as in `frame`, one column per used feature.
    preparation : Preparation
        What was done to each column.

    Raises
    ------
    ValueError
        If a column's name is doubled, its type is not numeric or it holds infinite values.
    """
    check(frame)
    columns = pd.DataFrame([_describe(frame[name]) for name in frame.columns], index=frame.columns)
    columns.index.name = "feature"
    preparation = Preparation(columns)
    if not preparation.used:
        return np.empty((len(frame), 0)), preparation
    matrix = preparation.transform(frame)
    kept = _first_of_its_kind(matrix, preparation)
    return matrix[:, kept], preparation


def check(frame: pd.DataFrame) -> None:
    """Raise ValueError if a column's name is doubled, its type is not numeric or it holds infinite values."""
    if not frame.columns.is_unique:
        doubled = frame.columns[frame.columns.duplicated()].unique().tolist()
        raise ValueError(
            f"features {doubled} come more than once; expected every name once: rename or drop them"
        )
    for name, column in frame.items():
        if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_complex_dtype(column):
            raise ValueError(
                f"feature {name!r} is {column.dtype} (such as {column.dropna().head(1).tolist()}); "
                "expected numbers: convert it or leave it out"
            )
        infinite = int(np.isinf(numbers(column)).sum())
        if infinite:
            raise ValueError(
                f"feature {name!r} has {infinite} infinite values; expected finite ones or blanks"
            )


def numbers(column: pd.Series) -> np.ndarray:
    """Values of a column as floats, blanks as NaN."""
    return column.to_numpy(dtype="float64", na_value=np.nan)


def _describe(column: pd.Series) -> dict:
    """What is done to one column."""
    values = numbers(column)
    known = np.sort(values[~np.isnan(values)])
    missing = 1 - len(known) / max(len(values), 1)
    about = {
        "used": False,
        "why": "",
        "missing": missing,
        "filled": np.nan,
        "whole": False,
        "shape": "linear",
    }
    about |= {"origin": 0.0, "unit": 1.0, "mean": np.nan, "sd": np.nan}
    if missing > MOST_MISSING or not len(known):
        return about | {"why": "mostly blank"}
    filled = float(np.median(known))
    about |= {"filled": filled, "whole": bool((known == np.round(known)).all())}
    completed = np.sort(np.append(known, np.full(len(values) - len(known), filled)))
    if _commonest(completed) > MOST_EQUAL:
        return about | {"why": "constant"}
    about |= _shape(known)
    shaped = _SHAPES[about["shape"]]((completed - about["origin"]) / about["unit"])
    return about | {"used": True, "mean": float(shaped.mean()), "sd": float(shaped.std())}


def _commonest(ascending: np.ndarray) -> float:
    """Share of the commonest value; values that differ by rounding only count as one."""
    step = max(np.abs(ascending[[0, -1]]).max() * 1e-12, np.finfo(float).tiny)
    starts = np.flatnonzero(np.append(True, np.diff(ascending) > step))
    return float(np.diff(np.append(starts, len(ascending))).max() / len(ascending))


def _shape(ascending: np.ndarray) -> dict:
    """Shape that draws in the tails of a column, with its origin and unit."""
    low, q5, q25, q50, q75, q95, high = np.quantile(ascending, [0.005, 0.05, 0.25, 0.5, 0.75, 0.95, 0.995])
    if ascending[0] >= 0 and q95 > q5 and (q95 + q5 - 2 * q50) / (q95 - q5) > SKEWED:
        return {"shape": "log", "unit": float(np.quantile(ascending[ascending > 0], 0.1))}
    core = (q75 - q25) / 1.349
    if core > 0 and high - low > TAILED * 5.152 * core:
        return {"shape": "asinh", "origin": float(q50), "unit": float(core)}
    return {"shape": "linear"}


def _first_of_its_kind(matrix: np.ndarray, preparation: Preparation) -> list[int]:
    """Places of the columns that repeat no earlier one; the others are marked as left out."""
    used = preparation.used
    correlation = np.abs(np.corrcoef(matrix, rowvar=False).reshape(len(used), len(used)))
    kept: list[int] = []
    for place, name in enumerate(used):
        like = [k for k in kept if correlation[place, k] > SAME]
        if like:
            preparation.columns.loc[name, ["used", "why"]] = [False, f"same as {used[like[0]]}"]
        else:
            kept.append(place)
    return kept
