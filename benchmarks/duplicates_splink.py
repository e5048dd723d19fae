"""Splink beside our search for duplicates, on the same planted banks, records and candidate pairs.

    pip install splink==5.0.0                     # beside the project's packages; nothing else needs it
    python -m benchmarks.duplicates_splink 20000 500 510    # customers, first seed, seed after the last

Splink is set up as its guide says: the share of matches from sure rules, u by random sampling, m by EM in two
sessions that block on birth date and on name, frequencies of terms. Once with the comparisons of its own
library, once with the levels of ours; and once more with m counted among the planted pairs themselves, which no
bank could do: what two classes with independent fields reach at best.
"""

import re
import sys
import time

import numpy as np
import pandas as pd
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink import comparison_library as library
from tests.topics.people import people

from analysis.topics.data_quality.duplicates import comparison
from analysis.topics.data_quality.duplicates.findings import duplicate_pairs
from analysis.topics.data_quality.duplicates.records import plain, prepare

THRESHOLDS = (0.5, 0.9, 0.99, 0.999)
BLOCKING = (
    block_on("phone"),
    block_on("email"),
    block_on("birth_date", "alike", arrays_to_explode=["alike"]),
    block_on("sorted_name", "year(birth_date)"),
    block_on("sorted_name", "strftime(birth_date, '%m%d')"),
)
SURE = ('l."phone" = r."phone" AND l."birth_date" = r."birth_date" AND l."sorted_name" = r."sorted_name"',)
SQL = {
    "name": comparison.NAME_LEVEL,
    "birth_date": comparison.BIRTH_LEVEL,
    "gender": comparison.GENDER_LEVEL,
    "phone": comparison.CONTACT_LEVEL.format(field="phone"),
    "email": comparison.CONTACT_LEVEL.format(field="email"),
}


def own() -> list:
    """Comparisons of Splink's library. Chinese names are compared as pinyin: its distances count letters."""
    return [
        library.NameComparison("spelt").configure(term_frequency_adjustments=True),
        library.DateOfBirthComparison("birth_date", input_is_string=False),
        library.ExactMatch("gender"),
        library.DamerauLevenshteinAtThresholds("phone", 1).configure(term_frequency_adjustments=True),
        library.EmailComparison("email").configure(term_frequency_adjustments=True),
    ]


def ours() -> list:
    """The levels of `comparison`, as Splink takes them."""
    return [library.CustomComparison(levels(field), output_column_name=field) for field in SQL]


def levels(field: str) -> list[dict]:
    sql = re.sub(r"\b([ab])\.(\w+)", lambda m: f'"{m[2]}_{"lr"[m[1] == "b"]}"', SQL[field])
    found = []
    for number, label in enumerate(comparison.LEVELS[field]):
        last = number == len(comparison.LEVELS[field]) - 1
        level = {"sql_condition": "ELSE" if last else f"({sql}) = {number}", "label_for_charts": label}
        if number == 0:
            level["is_null_level"] = True
        if label == "same" and field != "gender":
            level["sql_condition"] = (
                f'"{field}_l" = "{field}_r"'  # the only form whose frequencies Splink takes
            )
            level["tf_adjustment_column"] = field
        found.append(level)
    return found


def splink(table, comparisons: list, persons: np.ndarray | None = None) -> pd.DataFrame:
    """Splink's pairs: l, r (places of the records) and probability; `persons` are the true ones, if m may know."""
    with prepare(table) as connection:
        connection.execute("ALTER TABLE record ADD COLUMN spelt VARCHAR")
        connection.execute("UPDATE record SET spelt = CASE WHEN han THEN spellings[1] ELSE sorted_name END")
        if persons is not None:
            connection.register("truth", pd.DataFrame({"id": np.arange(len(persons)), "person": persons}))
            connection.execute("CREATE OR REPLACE TABLE record AS SELECT * FROM record JOIN truth USING (id)")
        settings = SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="id",
            comparisons=comparisons,
            blocking_rules_to_generate_predictions=list(BLOCKING),
            retain_matching_columns=False,
            max_iterations=10,  # with the default of 25 a rate of our levels falls below 1e-300: an error there
        )
        linker = Linker(DuckDBAPI(connection).register("record"), settings, log_level=40)
        linker.training.estimate_probability_two_random_records_match(list(SURE), recall=0.6)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        if persons is None:
            for column in ("birth_date", "sorted_name"):
                linker.training.estimate_parameters_using_expectation_maximisation(block_on(column))
        else:
            linker.training.estimate_m_from_label_column("person")
        found = linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()
    return found.rename(columns={"id_l": "l", "id_r": "r", "match_probability": "probability"})


def main(size: int, seeds: range) -> None:
    contestants = {
        "ours": lambda table, persons: duplicate_pairs(table),
        "Splink's comparisons": lambda table, persons: splink(table, own()),
        "our comparisons in Splink": lambda table, persons: splink(table, ours()),
        "the same, m from the truth": lambda table, persons: splink(table, ours(), persons),
    }
    banks = [people(size, seed) for seed in seeds]
    for name, contestant in contestants.items():
        found, started = [], time.process_time()
        for bank in banks:
            table = plain(bank.customers).sort_by("customer_id")
            ids = np.array(table["customer_id"].to_pylist())
            pairs = contestant(table, truth(ids, bank.pairs))
            if name == "ours":
                both = zip(pairs["customer_left"], pairs["customer_right"], strict=True)
            else:
                both = zip(ids[pairs["l"]], ids[pairs["r"]], strict=True)
            right = [frozenset(pair) in bank.pairs for pair in both]
            found.append(pd.DataFrame({"probability": pairs["probability"], "true": right}))
        seconds = (time.process_time() - started) / len(banks)
        planted = sum(len(bank.pairs) for bank in banks)
        for threshold in (0.5,) if name == "ours" else THRESHOLDS:
            print(row(name, threshold, pd.concat(found), planted, seconds), flush=True)


def truth(ids: np.ndarray, pairs: set[frozenset]) -> np.ndarray:
    """The person of each record: the first of its customer numbers."""
    first = {max(pair): min(pair) for pair in pairs}
    return np.array([first.get(number, number) for number in ids])


def row(name: str, threshold: float, pairs: pd.DataFrame, planted: int, seconds: float) -> str:
    kept = pairs["true"][pairs["probability"] >= threshold]
    figures = (f"{kept.mean():.3f}", f"{kept.sum() / planted:.3f}", f"{seconds:.1f}")
    return "| " + " | ".join([name, f"{threshold:g}", *figures]) + " |"


if __name__ == "__main__":
    main(int(sys.argv[1]), range(int(sys.argv[2]), int(sys.argv[3])))
