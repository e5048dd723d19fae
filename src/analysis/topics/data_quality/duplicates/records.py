"""Customers' records made comparable, and the pairs of them worth comparing.

Everything runs in a DuckDB of its own that lives as long as the search; no personal data leave it.
"""

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pypinyin import lazy_pinyin

from analysis.language import _

FIELDS = ("name", "birth_date", "gender", "phone", "email")
MEMORY = "1500MB"
LARGEST_HOUSEHOLD = 20  # a telephone or e-mail that more customers share is a placeholder or an employer's
LARGEST_BLOCK = 500  # a block of more records says too little to be worth its pairs

SYLLABLES = pa.schema([("letter", pa.string()), ("sound", pa.string())])
LETTERS = r"""
SELECT DISTINCT unnest(string_split(regexp_replace(name, '[^\p{Han}]', '', 'g'), '')) AS letter
FROM customer WHERE regexp_matches(name, '\p{Han}') ORDER BY letter
"""
PREPARE = r"""
CREATE TABLE record AS
WITH text AS (
    SELECT id, birth_date, gender,
        regexp_matches(name, '\p{Han}') AS han,
        lower(strip_accents(name)) AS name,
        right(regexp_replace(phone, '[^0-9]', '', 'g'), 9) AS phone,
        CASE WHEN email LIKE '%_@_%' THEN lower(trim(email)) END AS email
    FROM customer
), letters AS (
    SELECT * EXCLUDE (name), nullif(CASE
        WHEN han THEN regexp_replace(name, '[^\p{Han}]', '', 'g')
        ELSE trim(regexp_replace(replace(name, '''', ''), '[^\p{L}]+', ' ', 'g')) END, '') AS name
    FROM text
), words AS (
    SELECT *, string_split(name, CASE WHEN han THEN '' ELSE ' ' END) AS tokens FROM letters
), spoken AS (
    SELECT *, CASE WHEN han THEN list_transform(tokens, c -> pinyin[c]) END AS sounds
    FROM words, (SELECT map(list(letter), list(sound)) AS pinyin FROM syllable)
)
SELECT id, han, name, tokens, sounds, array_to_string(list_sort(tokens), ' ') AS sorted_name,
    coalesce(list_distinct(list_concat(tokens, sounds)), tokens) AS keys,
    -- 王小明 is written "Wang Xiaoming" or "Xiaoming Wang", 欧阳明 "Ming Ouyang"
    CASE WHEN han THEN [
        array_to_string(sounds, ''),
        array_to_string(list_concat(sounds[2:], sounds[:1]), ''),
        array_to_string(list_concat(sounds[3:], sounds[:2]), '')
    ] ELSE [replace(name, ' ', '')] END AS spellings,
    birth_date, gender,
    CASE WHEN length(phone) >= 6 AND count(*) OVER (PARTITION BY phone) <= {household}
        THEN phone END AS phone,
    CASE WHEN count(*) OVER (PARTITION BY email) <= {household} THEN email END AS email
FROM spoken
"""
# With one birth date a Chinese name must sound the same, in any order, or have all characters but one of three or
# four. Of a Latin one a word must be the same and the others begin or end alike, or the whole begin and end alike.
ALIKE = """
ALTER TABLE record ADD COLUMN alike VARCHAR[];
UPDATE record SET alike = list_distinct(CASE
    WHEN han THEN flatten([spellings, [sorted_name], CASE WHEN length(name) IN (3, 4) THEN list_transform(
        range(1, length(name) + 1), i -> name[:i - 1] || '_' || name[i + 1:]) ELSE [] END])
    ELSE flatten([spellings, [left(name, 4) || right(name, 4)], flatten(list_transform(tokens, t -> [
        concat(t, ' ', left(trim(replace(sorted_name, t, '')), 2)),
        concat(t, ' ', right(trim(replace(sorted_name, t, '')), 2))]))]) END)
"""

# Two records of one person share at least one of these, unless so much differs that nothing can be said.
BLOCKS = {
    "phone": "SELECT id, phone AS key FROM record",
    "email": "SELECT id, email AS key FROM record",
    "birth date and part of the name": (
        "SELECT id, hash(birth_date, token) AS key FROM"
        " (SELECT id, birth_date, unnest(alike) AS token FROM record)"
        " WHERE birth_date IS NOT NULL"
    ),
    "name and year of birth": (
        "SELECT id, hash(sorted_name, year(birth_date)) AS key FROM record"
        " WHERE birth_date IS NOT NULL AND sorted_name IS NOT NULL"
    ),
    "name and day of birth": (
        "SELECT id, hash(sorted_name, month(birth_date), day(birth_date)) AS key FROM record"
        " WHERE birth_date IS NOT NULL AND sorted_name IS NOT NULL"
    ),
}
PAIRS = """
INSERT INTO candidate
WITH block AS ({block}),
small AS (SELECT key FROM block WHERE key IS NOT NULL GROUP BY key HAVING count(*) BETWEEN 2 AND {largest}),
kept AS (SELECT block.* FROM block SEMI JOIN small USING (key))
SELECT a.id, b.id FROM kept AS a JOIN kept AS b ON a.key = b.key AND a.id < b.id
"""


def plain(customers) -> pa.Table:
    """The customers as Arrow: customer_id and `FIELDS`; a column that is missing is all null.

    Parameters
    ----------
    customers : pandas.DataFrame, pyarrow.Table or ibis.Table
        One row per customer: customer_id and any of name, birth_date, gender, phone, email.

    Raises
    ------
    ValueError
        If customer_id is missing, null or not unique, or a birth date is no date.
    """
    names = list(customers.column_names if isinstance(customers, pa.Table) else customers.columns)
    if "customer_id" not in names:
        raise ValueError("customers has no column customer_id; expected one row per customer with its id")
    known = [name for name in ("customer_id", *FIELDS) if name in names]
    if isinstance(customers, pd.DataFrame):
        table = pa.Table.from_pandas(customers[known], preserve_index=False)
    else:
        chosen = customers.select(known) if isinstance(customers, pa.Table) else customers[known]
        table = chosen if isinstance(chosen, pa.Table) else chosen.to_pyarrow()
    ids = table["customer_id"].cast(pa.string())
    if ids.null_count or pc.count_distinct(ids).as_py() < len(ids):
        raise ValueError("customers.customer_id is null or not unique; expected one row per customer")
    columns = {"customer_id": ids}
    for name in FIELDS:
        target = pa.date32() if name == "birth_date" else pa.string()
        columns[name] = _cast(table[name], target, name) if name in known else pa.nulls(len(ids), target)
    # Full-width letters and digits become plain ones.
    columns["name"] = pc.utf8_normalize(columns["name"], form="NFKC")
    columns["phone"] = pc.utf8_normalize(columns["phone"], form="NFKC")
    return pa.table(columns)


def _cast(values: pa.ChunkedArray, target: pa.DataType, name: str) -> pa.ChunkedArray:
    try:
        return values.cast(target)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        message = _("customers.{name} is {type}; expected {target}. Convert it before the search.")
        raise ValueError(message.format(name=name, type=values.type, target=target)) from error


def prepare(customers: pa.Table) -> duckdb.DuckDBPyConnection:
    """A DuckDB with table `record`, one row per customer, its id being the row's position."""
    connection = duckdb.connect(config={"memory_limit": MEMORY})
    connection.execute("SET preserve_insertion_order = false")
    numbered = customers.append_column("id", pa.array(range(len(customers)), pa.int32()))
    connection.register("customer", numbered)
    letters = connection.execute(LETTERS).fetchall()
    sounds = [("".join(lazy_pinyin(letter, v_to_u=True)), letter) for (letter,) in letters]
    table = {"letter": [c for _s, c in sounds], "sound": [s.replace("ü", "u") for s, _c in sounds]}
    connection.register("syllable", pa.table(table, schema=SYLLABLES))
    connection.execute(PREPARE.replace("{household}", str(LARGEST_HOUSEHOLD)))
    connection.execute(ALIKE)
    connection.unregister("customer")
    connection.unregister("syllable")
    return connection


def block(connection: duckdb.DuckDBPyConnection) -> None:
    """Table `candidate`: one row per pair (l < r) that shares a block."""
    connection.execute("CREATE TABLE candidate (l INTEGER, r INTEGER)")
    for key in BLOCKS.values():
        connection.execute(PAIRS.format(block=key, largest=LARGEST_BLOCK))
    connection.execute("CREATE OR REPLACE TABLE candidate AS SELECT DISTINCT l, r FROM candidate")


def strangers(connection: duckdb.DuckDBPyConnection, pairs: int = 200_000) -> None:
    """Table `stranger`: pairs taken regardless of what they share, the same ones every time."""
    (n,) = connection.execute("SELECT count(*) FROM record").fetchone()
    steps = min(max(1, round(pairs / n)), max(1, (n - 1) // 2))
    connection.execute(
        "CREATE TABLE shuffled AS SELECT id, row_number() OVER (ORDER BY hash(id), id) AS place FROM record"
    )
    connection.execute(
        "CREATE TABLE stranger AS SELECT a.id AS l, b.id AS r"
        f" FROM (SELECT *, unnest(range(1, {steps + 1})) AS step FROM shuffled) AS a"
        " JOIN shuffled AS b ON b.place = a.place + a.step"
        f" QUALIFY row_number() OVER (ORDER BY hash(a.id, b.id), a.id, b.id) <= {pairs}"
    )
