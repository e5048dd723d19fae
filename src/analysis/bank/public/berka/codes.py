"""Czech codes of the Berka files and the words of the bank's schema for them."""

ROLES = {"OWNER": "owner", "DISPONENT": "authorised"}

# Sign of a booking's amount, which the file gives without one.
SIGNS = {"PRIJEM": 1, "VYDAJ": -1, "VYBER": -1}

STATUSES = {"A": "A", "B": "B", "C": "C", "D": "D"}

# operation -> (category if no symbol says more, channel).
# The bank books an incoming transfer, and a standing order pays an outgoing one: the customer starts neither.
OPERATIONS = {
    "VKLAD": ("cash_deposit", "branch"),
    "VYBER": ("cash_withdrawal", "branch"),
    "VYBER KARTOU": ("cash_withdrawal", "atm"),
    "PREVOD Z UCTU": ("transfer_in", "system"),
    "PREVOD NA UCET": ("transfer_out", "system"),
    "": ("other", "system"),
}

SYMBOLS = {
    "DUCHOD": "pension",
    "POJISTNE": "insurance",
    "SANKC. UROK": "penalty",
    "SIPO": "household",
    "SLUZBY": "fee",
    "UROK": "interest",
    "UVER": "loan_payment",
}

# The bank's own bookings, whatever operation they are filed under.
BANKS_OWN = ("SANKC. UROK", "SLUZBY", "UROK")

ORDERS = {
    "LEASING": "bill",
    "POJISTNE": "insurance",
    "SIPO": "household",
    "UVER": "loan_payment",
    "": "transfer_out",
}

# code -> (product_id, name)
FREQUENCIES = {
    "POPLATEK MESICNE": ("current_monthly", "Current account, monthly statement"),
    "POPLATEK TYDNE": ("current_weekly", "Current account, weekly statement"),
    "POPLATEK PO OBRATU": ("current_turnover", "Current account, statement after each transaction"),
}
CARDS = {
    "junior": ("card_junior", "Junior card"),
    "classic": ("card_classic", "Classic card"),
    "gold": ("card_gold", "Gold card"),
}
LOAN = ("loan", "Loan")
