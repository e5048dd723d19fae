"""The page docs/features.md, from the catalogue."""

from analysis.bank.features.catalogue import FEATURES

_HEAD = """\
# Features of a customer

Generated from `src/analysis/bank/features/catalogue.py` by `make docs`; do not edit.

`features(view)` gives one row for every customer who is with the bank on the day `as_of`. It is one Ibis
expression for every engine, and reads only what was known on that day.

- A window of d days is (as_of − d, as_of]: the day itself and the d − 1 days before it.
- Accounts and their bookings count for the owner, not for others who may use them. Money moved between a
  customer's own accounts counts as inflow and as outflow.
- A booking was **started by the customer** if its channel is not `system`; where the channel is blank, if its
  category is not a salary, pension, interest, fee, penalty, loan payment or payout, incoming transfer or refund.
- The last month end is the last one on or before `as_of`. A mean or slope is over the month ends that have a
  balance. Balances of accounts whose product family is unknown count as deposits.
- **Salary**: a booking labelled salary or pension. Where a customer has had none for 120 days it is inferred: in
  each of four periods of 30 days take the largest inflow without a label (category blank, `transfer_in` or
  `other`); the reference is the second largest of the four; at least three lie within 20 % of it, and it makes up
  at least a quarter of the average inflow of 30 days. A regular transfer from a customer's own account elsewhere
  meets it too.
- Nothing there: counts, sums, flags and trends are 0; shares and means of nothing, and days since what never
  happened, are blank. If the bank lacks a table under "needs", the feature is blank throughout.

| feature | unit | meaning | 含义 | needs |
|---|---|---|---|---|
"""


def render() -> str:
    """The features as Markdown: the rules, then one row per feature."""
    rows = (f"| `{f.name}` | {f.unit} | {f.en} | {f.zh} | {', '.join(f.tables)} |\n" for f in FEATURES)
    return _HEAD + "".join(rows)
