"""A small valid bank of five customers, the ways to break it, and what `check` must say then."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

D = dt.date
Frames = dict[str, pd.DataFrame]


def valid() -> Frames:
    """Tables of a bank without any finding."""
    people = [f"C{i}" for i in range(1, 6)]
    accounts = [f"00{i}" for i in range(1, 6)]
    moments = pd.to_datetime([f"2024-0{i}-15 1{i}:30:00" for i in range(1, 6)]).astype("datetime64[us]")
    return {
        "bank_profile": pd.DataFrame(
            {
                "bank_id": ["H"],
                "name": ["Harbour Bank"],
                "currency": ["CNY"],
                "country": ["CN"],
                "extracted_on": [D(2024, 12, 31)],
            }
        ),
        "branches": pd.DataFrame(
            {"branch_id": ["B1", "B2"], "name": ["北京路", "Pier"], "region": ["N", "S"]}
        ),
        "products": pd.DataFrame(
            {
                "product_id": ["P1", "P2"],
                "family": ["deposit", "card"],
                "name": ["Current", "Gold"],
                "margin_rate": [0.02, None],
                "launched_on": [D(2010, 1, 1), D(2012, 1, 1)],
            }
        ),
        "customers": pd.DataFrame(
            {
                "customer_id": people,
                "name": ["Ann", "Bo", "Chen, Li", 'Dee "D"', "Eve"],
                "birth_date": [D(1960 + 5 * i, 3, 4) for i in range(5)],
                "gender": ["female", "male", "female", "male", "female"],
                "branch_id": ["B1", "B2", "B1", "B2", "B1"],
                "region": ["N", "S", "N", "S", "N"],
                "joined_on": [D(2015 + i, 1, 2) for i in range(5)],
                "left_on": [None, None, None, None, D(2024, 6, 1)],
                "marketing_consent": [True, False, True, False, True],
            }
        ),
        "accounts": pd.DataFrame(
            {
                "account_id": accounts,
                "customer_id": people,
                "product_id": ["P1", "P2", "P1", "P2", "P1"],
                "opened_on": [D(2015 + i, 1, 3) for i in range(5)],
                "closed_on": [None, None, None, None, D(2024, 6, 1)],
                "credit_limit": [None, 5000.0, None, 250.5, None],
            }
        ),
        "transactions": pd.DataFrame(
            {
                "transaction_id": [f"T{i}" for i in range(1, 6)],
                "account_id": accounts,
                "booked_at": moments,
                "amount": [1234.5, -20.25, 300.0, -1.0, 42.0],
                "category": ["salary", "card_payment", "transfer_in", "fee", "refund"],
                "channel": ["system", "pos", "mobile", "system", "online"],
            }
        ),
        "balances": pd.DataFrame(
            {
                "account_id": accounts,
                "month_end": [D(2024, 1, 31)] * 5,
                "balance": [10.0, -20.0, 30.0, -40.0, 50.0],
            }
        ),
        "loans": pd.DataFrame(
            {
                "account_id": ["002"],
                "granted_on": [D(2020, 1, 1)],
                "principal": [1000.0],
                "term_months": [12],
                "payment": [90.0],
            }
        ),
        "feedback": pd.DataFrame(
            {
                "feedback_id": ["F1", "F2"],
                "customer_id": ["C1", None],
                "received_at": pd.to_datetime(["2024-02-01 09:00:00", "2024-02-02 09:00:00"]).astype(
                    "datetime64[us]"
                ),
                "kind": ["complaint", "praise"],
                "text": ["太慢了, really", "good"],
                "resolved_at": pd.to_datetime(["2024-02-03 09:00:00", None]).astype("datetime64[us]"),
            }
        ),
    }


def write_csv(folder: Path, frames: Frames, **options) -> None:
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False, **options)


def write_parquet(folder: Path, frames: Frames) -> None:
    for name, frame in frames.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)


@dataclass(frozen=True)
class Broken:
    """One way to break the tables, and the findings as (severity, where, rule, count, examples)."""

    name: str
    change: Callable[[Frames], None]
    expected: list[tuple]


def cell(table: str, column: str, row: int, value) -> Callable[[Frames], None]:
    """Write `value` into one cell."""

    def change(frames: Frames) -> None:
        if not isinstance(value, int | float) or isinstance(value, bool):
            frames[table][column] = frames[table][column].astype(object)
        frames[table].loc[row, column] = value

    return change


def column(table: str, name: str, make: Callable[[pd.Series], pd.Series]) -> Callable[[Frames], None]:
    """Replace a column by what `make` gives."""

    def change(frames: Frames) -> None:
        frames[table][name] = make(frames[table][name])

    return change


def rows(table: str, make: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Frames], None]:
    """Replace a table by what `make` gives."""

    def change(frames: Frames) -> None:
        frames[table] = make(frames[table])

    return change


def twice(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, frame.iloc[[1]]], ignore_index=True)


def error(where, rule, count=0, *examples):
    return ("error", where, rule, count, examples)


def warning(where, rule, count=0, *examples):
    return ("warning", where, rule, count, examples)


# Broken in the same way in every store: the findings are those of Parquet files and of every engine.
CASES = [
    Broken("missing table", lambda f: f.pop("accounts"), [error("accounts", "missing table")]),
    Broken(
        "misspelt mandatory table",
        lambda f: f.update(transaction=f.pop("transactions")),
        [error("transactions", "missing table")],
    ),
    Broken(
        "misspelt table",
        lambda f: f.update(branchs=f.pop("branches")),
        [warning("branchs", "unknown table")],
    ),
    Broken(
        "unknown tables",
        lambda f: f.update(zzz=f["loans"], yyy=f["loans"]),
        [warning("yyy, zzz", "unknown table")],
    ),
    Broken(
        "missing column",
        rows("transactions", lambda t: t.drop(columns="amount")),
        [error("transactions.amount", "missing column")],
    ),
    Broken(
        "misspelt column",
        rows("transactions", lambda t: t.rename(columns={"amount": "Amounts"})),
        [error("transactions.amount", "missing column")],
    ),
    Broken(
        "column in capitals",
        rows("accounts", lambda t: t.rename(columns={"customer_id": "CUSTOMER_ID"})),
        [error("accounts.customer_id", "missing column")],
    ),
    Broken(
        "misspelt optional column",
        rows("customers", lambda t: t.rename(columns={"region": "regoin"})),
        [warning("customers.regoin", "unknown column")],
    ),
    Broken(
        "unknown columns",
        rows("loans", lambda t: t.assign(shoe_size=1, x=2, y=3, z=4)),
        [warning("loans", "unknown column")],
    ),
    Broken(
        "amounts as text with thousands separators",
        column("transactions", "amount", lambda s: s.map("{:,.2f}".format)),
        [error("transactions.amount", "type", 1, '"T1": "1,234.50"')],
    ),
    Broken(
        "decimal commas",
        column("balances", "balance", lambda s: s.map(lambda v: f"{v:.2f}".replace(".", ","))),
        [
            error(
                "balances.balance",
                "type",
                5,
                '"001"/2024-01-31: "10,00"',
                '"002"/2024-01-31: "-20,00"',
                '"003"/2024-01-31: "30,00"',
            )
        ],
    ),
    Broken(
        "dates in three formats",
        column(
            "accounts",
            "opened_on",
            lambda s: ["2015-01-03", "03.01.2016", "01/03/2017", "2018/1/3", "2019-01-03"],
        ),
        [
            error(
                "accounts.opened_on",
                "type",
                3,
                '"002": "03.01.2016"',
                '"003": "01/03/2017"',
                '"004": "2018/1/3"',
            )
        ],
    ),
    Broken(
        "truth in other words",
        column("customers", "marketing_consent", lambda s: ["yes", "no", "TRUE", "oui", "0"]),
        [error("customers.marketing_consent", "type", 1, '"C4": "oui"')],
    ),
    Broken(
        "a number where a day is meant",
        column("loans", "granted_on", lambda s: [20200101]),
        [error("loans.granted_on", "type", 1, '"002": 20200101')],
    ),
    Broken(
        "a term with decimals",
        column("loans", "term_months", lambda s: [12.5]),
        [error("loans.term_months", "type", 1, '"002": 12.5')],
    ),
    Broken(
        "blank in a required column",
        cell("accounts", "opened_on", 2, None),
        [error("accounts.opened_on", "blank", 1, '"003"')],
    ),
    Broken("blank key", cell("customers", "customer_id", 1, None), [
        error("accounts.customer_id", "orphan", 1, '"002": "C2"'),
        error("customers.customer_id", "blank", 1),
    ]),
    Broken("key of spaces", cell("transactions", "transaction_id", 1, "  "), [
        error("transactions.transaction_id", "blank", 1),
    ]),
    Broken("nan as key", cell("transactions", "transaction_id", 1, "nan"), [
        error("transactions.transaction_id", "blank", 1),
    ]),
    Broken("unknown birth", cell("customers", "birth_date", 1, None), [
        warning("customers.birth_date", "blank", 1, '"C2"'),
    ]),
    Broken("duplicate key", rows("customers", twice), [
        error("customers.customer_id", "duplicate key", 1, '"C2" (2 rows)'),
    ]),
    Broken("duplicate composite key", rows("balances", twice), [
        error("balances.account_id, month_end", "duplicate key", 1, '"002"/2024-01-31 (2 rows)'),
    ]),
    Broken("orphan account", cell("accounts", "customer_id", 3, "C9"), [
        error("accounts.customer_id", "orphan", 1, '"004": "C9"'),
    ]),
    Broken("orphan in an optional column", cell("feedback", "customer_id", 0, "C9"), [
        error("feedback.customer_id", "orphan", 1, '"F1": "C9"'),
    ]),
    Broken("closing before opening", cell("accounts", "closed_on", 4, D(2018, 1, 1)), [
        error("accounts.closed_on", "order", 1, '"005": 2019-01-03 – 2018-01-01'),
    ]),
    Broken("answer before question", cell("feedback", "resolved_at", 0, dt.datetime(2024, 1, 31, 8)), [
        error("feedback.resolved_at", "order", 1, '"F1": 2024-02-01 09:00:00 – 2024-01-31 08:00:00'),
    ]),
    Broken("joined before birth", cell("customers", "birth_date", 0, D(2016, 1, 1)), [
        error("customers.joined_on", "order", 1, '"C1": *** – 2015-01-02'),
    ]),
    Broken("future birth", cell("customers", "birth_date", 0, D(2150, 1, 1)), [
        error("customers.birth_date", "future", 1, '"C1": ***'),
    ]),
    Broken("unusual age", cell("customers", "birth_date", 0, D(1900, 1, 1)), [
        warning("customers.birth_date", "usual age", 1, '"C1": ***'),
    ]),
    Broken("booking after the last day", cell("transactions", "booked_at", 4, dt.datetime(2025, 1, 1)), [
        warning("transactions.booked_at", "future", 1, '"T5": 2025-01-01 00:00:00'),
    ]),
    Broken("closing in the year 9999", cell("accounts", "closed_on", 0, D(9999, 12, 31)), [
        warning("accounts.closed_on", "future", 1, '"001": 9999-12-31'),
    ]),
    Broken("booking in the future of a bank that names no last day", lambda f: (
        f.pop("bank_profile"), cell("transactions", "booked_at", 4, dt.datetime(2999, 1, 1))(f)), [
        error("transactions.booked_at", "future", 1, '"T5": 2999-01-01 00:00:00'),
    ]),
    Broken("last day in the future", cell("bank_profile", "extracted_on", 0, D(2999, 1, 1)), [
        error("bank_profile.extracted_on", "future", 1, '"H": 2999-01-01'),
    ]),
    Broken("value not allowed", cell("products", "family", 0, "Deposits"), [
        error("products.family", "allowed values", 1, '"P1": "Deposits"'),
    ]),
    Broken("unusual value", cell("transactions", "category", 0, "SAL"), [
        warning("transactions.category", "usual values", 1, '"T1": "SAL"'),
    ]),
    Broken("personal value hidden", cell("customers", "gender", 0, "f"), [
        warning("customers.gender", "usual values", 1, '"C1": ***'),
    ]),
    Broken("amount of 1e300", cell("transactions", "amount", 0, 1e300), [
        error("transactions.amount", "range", 1, '"T1": 1e+300'),
    ]),
    Broken("size beyond any bank", cell("loans", "payment", 0, 1e16), [
        error("loans.payment", "range", 1, '"002": 1e+16'),
    ]),
    Broken("negative limit", cell("accounts", "credit_limit", 1, -1.0), [
        error("accounts.credit_limit", "range", 1, '"002": -1.0'),
    ]),
    Broken("infinite amount", cell("transactions", "amount", 0, float("inf")), [
        error("transactions.amount", "finite", 1, '"T1": inf'),
    ]),
    Broken("zero amount", cell("transactions", "amount", 0, 0.0), [
        warning("transactions.amount", "zero", 1, '"T1": 0.0'),
    ]),
    Broken("rows of a parent that is not there", lambda f: f.update(
        account_users=pd.DataFrame(
            {"account_id": ["001", "009"], "customer_id": ["C1", "C2"], "role": ["owner", "authorised"]}),
        survey_invitations=pd.DataFrame({"wave": ["W1"], "customer_id": ["C1"], "invited_on": [D(2024, 5, 1)],
                                         "answered_on": [D(2024, 5, 2)], "response_id": ["R1"]}),
        survey_comments=pd.DataFrame({"response_id": ["R1", "R9"], "text": ["ok", "hm"]})), [
        error("account_users.account_id", "orphan", 1, '"C2": "009"'),
        error("survey_comments.response_id", "orphan", 1, '"R9"'),
    ]),
    Broken("no rows in a mandatory table", rows("transactions", lambda t: t.iloc[:0]), [
        error("transactions", "no rows"),
    ]),
    Broken("no rows in an optional table", rows("loans", lambda t: t.iloc[:0]), [
        warning("loans", "no rows"),
    ]),
]  # fmt: skip
