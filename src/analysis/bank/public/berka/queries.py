"""Queries that map the Berka files to the bank's tables.

`extraction` is the last booking day. `snapshot` is the last day that any file knows of: what the files say
without a date (status of a loan, standing orders) was known on that day, not before.
"""

from analysis.bank.public.berka.codes import (
    BANKS_OWN,
    CARDS,
    FREQUENCIES,
    LOAN,
    OPERATIONS,
    ORDERS,
    ROLES,
    SIGNS,
    SYMBOLS,
)


def _sql(value: object) -> str:
    return f"""'{value.replace("'", "''")}'""" if isinstance(value, str) else str(value)


def _case(column: str, values: dict, otherwise: str = "NULL") -> str:
    """SQL that turns codes into the words of `values`."""
    whens = " ".join(f"WHEN {_sql(code)} THEN {_sql(value)}" for code, value in values.items())
    return f"CASE {column} {whens} ELSE {otherwise} END"


_CATEGORY = _case(
    "k_symbol",
    SYMBOLS,
    "CASE WHEN k_symbol = '' THEN "
    + _case("operation", {code: category for code, (category, _channel) in OPERATIONS.items()}, "'other'")
    + " ELSE 'other' END",
)
_CHANNEL = (
    f"CASE WHEN k_symbol IN ({', '.join(map(_sql, BANKS_OWN))}) THEN 'system' ELSE "
    + _case("operation", {code: channel for code, (_category, channel) in OPERATIONS.items()})
    + " END"
)

# The file has no time of day. Credits before debits, each along the running balance, is the order within a
# day in which the running balance agrees with the amounts: for 99.9 % of the bookings.
BOOKINGS = f"""
SELECT *, lag(balance, 1, 0) OVER in_order AS balance_before, row_number() OVER in_order AS place
FROM (SELECT *, {_case("type", SIGNS)} * amount AS signed FROM trans)
WINDOW in_order AS (
    PARTITION BY account_id
    ORDER BY date, signed < 0, CASE WHEN signed < 0 THEN -balance ELSE balance END, line
)
"""

# Accounts as the bank's schema has them: current accounts, cards and loans under numbers of their own.
ACCOUNTS = f"""
SELECT account_id, client_id AS customer_id,
    {_case("frequency", {c: p for c, (p, _n) in FREQUENCIES.items()})} AS product_id,
    date AS opened_on, NULL::DATE AS closed_on, NULL::DATE AS matures_on
FROM account JOIN disp USING (account_id) WHERE disp.type = 'OWNER'
UNION ALL
SELECT 'C' || card_id, client_id, {_case("card.type", {c: p for c, (p, _n) in CARDS.items()})},
    issued, NULL, NULL
FROM card JOIN disp USING (disp_id)
UNION ALL
SELECT 'L' || loan_id, client_id, {_sql(LOAN[0])}, date,
    CASE WHEN status = 'A' AND matures_on <= getvariable('extraction') THEN matures_on END, matures_on
FROM (SELECT *, (date + to_months(duration::INTEGER))::DATE AS matures_on FROM loan)
JOIN disp USING (account_id) WHERE disp.type = 'OWNER'
"""

_PRODUCTS = {product: ("deposit", name) for product, name in FREQUENCIES.values()}
_PRODUCTS |= {product: ("card", name) for product, name in CARDS.values()}
_PRODUCTS[LOAN[0]] = ("loan", LOAN[1])

TABLES = {
    "bank_profile": """
SELECT 'berka' AS bank_id, 'Berka (PKDD''99)' AS name, 'CZK' AS currency, 'CZ' AS country,
    getvariable('extraction') AS extracted_on
""",
    "branches": "SELECT A1 AS branch_id, A2 AS name, A3 AS region, A2 AS city FROM district ORDER BY line",
    "customers": """
SELECT client_id AS customer_id, any_value(birth_number) AS birth_date, any_value(gender) AS gender,
    arg_min(account.district_id, account.date) AS branch_id, any_value(A3) AS region,
    min(account.date) AS joined_on
FROM client JOIN disp USING (client_id) JOIN account USING (account_id)
JOIN district ON client.district_id = A1
WHERE account.date <= getvariable('extraction')
GROUP BY client_id ORDER BY client_id::INTEGER
""",
    "accounts": "SELECT * FROM kept_accounts ORDER BY opened_on, account_id",
    "account_users": f"""
SELECT account_id, client_id AS customer_id, {_case("type", ROLES)} AS role
FROM disp SEMI JOIN kept_accounts USING (account_id) ORDER BY line
""",
    "products": f"""
SELECT product_id, {_case("product_id", {p: family for p, (family, _n) in _PRODUCTS.items()})} AS family,
    {_case("product_id", {p: name for p, (_f, name) in _PRODUCTS.items()})} AS name,
    min(opened_on) AS launched_on
FROM kept_accounts GROUP BY product_id ORDER BY product_id
""",
    "transactions": f"""
SELECT trans_id AS transaction_id, account_id, date::TIMESTAMP AS booked_at, signed::DOUBLE AS amount,
    {_CATEGORY} AS category, {_CHANNEL} AS channel
FROM bookings ORDER BY date, account_id, place
""",
    "loans": """
SELECT 'L' || loan_id AS account_id, date AS granted_on, amount::DOUBLE AS principal, duration AS term_months,
    payments::DOUBLE AS payment, status, getvariable('snapshot') AS status_on
FROM loan WHERE date <= getvariable('extraction') ORDER BY line
""",
    "standing_orders": f"""
SELECT order_id, account_id, getvariable('snapshot') AS recorded_on, amount::DOUBLE AS amount,
    {_case("k_symbol", ORDERS, "'other'")} AS category
FROM "order" SEMI JOIN kept_accounts USING (account_id) ORDER BY line
""",
    # Month ends up to the last complete month; a month without booking carries the balance forward.
    "balances": """
WITH closing AS (
    SELECT account_id, last_day(date) AS month_end, arg_max(balance, place) AS balance
    FROM bookings GROUP BY ALL
), month_ends AS (
    SELECT account_id, last_day(unnest(generate_series(date_trunc('month', min(month_end)),
        getvariable('last_month_end'), INTERVAL 1 MONTH))::DATE) AS month_end
    FROM closing GROUP BY account_id
), owed AS (
    SELECT 'L' || loan_id AS account_id, loan.account_id AS paid_from, date AS granted_on, amount,
        closed_on, last_day(unnest(generate_series(
        date_trunc('month', date), getvariable('last_month_end'), INTERVAL 1 MONTH))::DATE) AS month_end
    FROM loan JOIN kept_accounts ON kept_accounts.account_id = 'L' || loan_id
), paid AS (
    SELECT account_id, date, sum(amount) OVER (PARTITION BY account_id ORDER BY date) AS total
    FROM (SELECT account_id, date, sum(amount) AS amount FROM bookings WHERE k_symbol = 'UVER' GROUP BY ALL)
)
SELECT account_id, month_end, balance::DOUBLE AS balance
FROM month_ends ASOF JOIN closing USING (account_id, month_end)
UNION ALL
SELECT owed.account_id, month_end, -greatest(owed.amount - coalesce(total, 0), 0)::DOUBLE
FROM owed ASOF LEFT JOIN paid ON paid_from = paid.account_id AND month_end >= paid.date
WHERE closed_on IS NULL OR month_end < closed_on
ORDER BY month_end, account_id
""",
}
