"""Table feedback: complaints with their clock, suggestions, praise and enquiries, in customers' words."""

import numpy as np
import pyarrow as pa

from analysis.bank.demo.arrow import blank, build, number, pick
from analysis.bank.demo.calendar import DAY
from analysis.bank.demo.complaints import THEMES, Complaints
from analysis.bank.demo.latent import Latent
from analysis.bank.demo.ledger import Ledger
from analysis.bank.demo.network import PRODUCT_IDS
from analysis.bank.demo.wording import DRAWS, LANGUAGES, speak
from analysis.bank.demo.world import World

KINDS = ("complaint", "suggestion", "praise", "enquiry")
OTHERS = {"suggestion": 0.015, "praise": 0.03, "enquiry": 0.10}  # a year
CHANNELS = ("phone", "mobile", "branch", "online", "letter")
CHANNEL_SHARES = (0.42, 0.30, 0.14, 0.11, 0.03)
OUTCOMES = ("upheld", "partly_upheld", "rejected", "answered")
ISSUES = (*THEMES, "other", "suggestion", "praise", "enquiry")
PRODUCT = {
    "fees": "P01", "card_blocked": "P06", "transfer_delayed": "P01", "loan_processing": "P08",
    "wealth_product_loss": "P04",
}  # fmt: skip
STEPS = ("application", "identification", "decision", "execution", "charging", "advice", "service")
STEP = {
    "app_login": "identification", "waiting_time": "service", "fees": "charging", "card_blocked": "execution",
    "transfer_delayed": "execution", "staff_conduct": "advice", "loan_processing": "decision",
    "wealth_product_loss": "advice", "face_recognition": "identification",
}  # fmt: skip
STEP_MISTAKEN, STEP_UNKNOWN = 0.15, 0.08
ENGLISH, MISFILED, ANONYMOUS, STAFF_NAMED = 0.2, 0.06, 0.03, 0.6
ANGER = {"staff_conduct": 0.6, "wealth_product_loss": 0.6, "waiting_time": 0.45, "face_recognition": 0.5}
MOST = 100_000  # rows of a block at most


def _others(
    world: World, latent: Latent, ledger: Ledger, block: int
) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Kind, customer and moment of all that is no complaint."""
    rng = world.generator("feedback_others", block)
    found = []
    for kind, yearly in OTHERS.items():
        tilt = {"praise": 0.6, "suggestion": 0.1, "enquiry": 0.0}[kind]
        rate = yearly / 365 * np.exp(tilt * latent.satisfaction) * np.log1p(latent.trait("sessions"))
        owner, day = world.calendar.sample(rng, "even", ledger.since, ledger.until, rate)
        found.append((kind, owner, day * DAY + world.calendar.clock(rng, "contact", len(owner))))
    return found


def table(
    world: World, latent: Latent, ledger: Ledger, complaints: Complaints, block: int
) -> tuple[pa.Table, pa.Table]:
    """Table feedback of a block by moment, and the true theme of each complaint."""
    rng = world.generator("feedback", block)
    rows = _rows(rng, world, latent, ledger, complaints, block)
    size, owner, theme, kind = len(rows["owner"]), rows["owner"], rows["theme"], rows["kind"]
    is_complaint = kind == 0
    english = rng.random(size) < ENGLISH
    misfiled = is_complaint & (rng.random(size) < MISFILED)
    issue = np.select([misfiled, is_complaint], [len(THEMES), theme], len(THEMES) + kind)
    product = np.array([PRODUCT_IDS.index(PRODUCT.get(name, "P01")) for name in THEMES])[theme]
    staff = world.network.of_branch(rng, latent.branch[owner], "adviser")
    named = (staff >= 0) & (rng.random(size) < STAFF_NAMED)
    ids = number("F", block * MOST + np.arange(size) + 1, 9)
    customer = number("C", latent.number[owner] + 1, 7)
    columns = {
        "feedback_id": ids,
        "customer_id": pick(np.arange(size), customer, rng.random(size) > ANONYMOUS),
        "received_at": world.calendar.moment_of(rows["received"]),
        "kind": pick(kind, KINDS),
        "channel": pick(rng.choice(len(CHANNELS), size, p=CHANNEL_SHARES), CHANNELS),
        "product_id": pick(product, PRODUCT_IDS, is_complaint & np.isin(theme, _with_product())),
        "issue": pick(issue, ISSUES),
        "process_step": _steps(world, theme, is_complaint, block),
        "text": _texts(rng, theme, kind, english),
        "language": pick(english.astype(int), LANGUAGES),
        "branch_id": pick(latent.branch[owner], world.network.branch_ids),
        "staff_id": pick(np.maximum(staff, 0), world.network.staff_ids, named),
    }
    truth = pa.table({"feedback_id": ids, "theme": pick(theme, THEMES, is_complaint)})
    return build("feedback", columns | _handling(rng, world, rows)), truth.filter(pa.array(is_complaint))


def _steps(world: World, theme: np.ndarray, is_complaint: np.ndarray, block: int) -> pa.Array:
    """Process step as clerks file it: that of the theme, at times another or none; only for complaints."""
    rng = world.generator("process_step", block)
    size = len(theme)
    step = np.array([STEPS.index(STEP[name]) for name in THEMES])[theme]
    step = np.where(rng.random(size) < STEP_MISTAKEN, rng.integers(len(STEPS), size=size), step)
    return pick(step, STEPS, is_complaint & (rng.random(size) >= STEP_UNKNOWN))


def _handling(rng, world: World, rows: dict) -> dict:
    """Columns that the bank's answer fills; blank where it lies after the end."""
    calendar, end, size = world.calendar, world.calendar.days * DAY, len(rows["owner"])
    resolved, acknowledged = rows["resolved"], rows["acknowledged"]
    is_complaint, closed = rows["kind"] == 0, resolved < end
    outcome = np.where(is_complaint, rng.choice(3, size, p=(0.42, 0.3, 0.28)), 3)
    paid = is_complaint & (outcome < 2) & (rng.random(size) < 0.3)
    # the regulator's thirty days for complex cases can be extended with approval
    asks = rows["complex"] & (np.minimum(resolved, end) - rows["received"] > 28 * DAY)
    return {
        "acknowledged_at": blank(calendar.moment_of(acknowledged), acknowledged < end),
        "resolved_at": blank(calendar.moment_of(resolved), closed),
        "is_complex": blank(rows["complex"], is_complaint),
        "extension_approved": blank(asks & (rng.random(size) < 0.7), is_complaint),
        "outcome": pick(outcome, OUTCOMES, closed),
        "compensation": blank(np.round(rng.gamma(1.5, 90, size), -1) + 10, paid & closed),
    }


def _with_product() -> list[int]:
    return [THEMES.index(name) for name in PRODUCT]


def _rows(rng, world: World, latent: Latent, ledger: Ledger, complaints: Complaints, block: int) -> dict:
    """Complaints of those still here, and the rest, in order of arrival."""
    here = complaints.keep(complaints.received // DAY < ledger.until[complaints.owner])
    parts = _others(world, latent, ledger, block)
    owner = np.concatenate([here.owner, *(o for _, o, _ in parts)])
    kinds = [np.full(len(o), KINDS.index(k)) for k, o, _ in parts]
    kind = np.concatenate([np.zeros(len(here.owner), int), *kinds])
    received = np.concatenate([here.received, *(s for _, _, s in parts)])
    count = len(owner) - len(here.owner)
    hours = np.exp(rng.normal(1.5, 1.0, count)) * 3_600
    acknowledged = np.concatenate([here.acknowledged, received[len(here.owner) :] + hours.astype(int)])
    days = np.exp(rng.normal(0.3, 0.8, count)) * DAY
    resolved = np.concatenate([here.resolved, acknowledged[len(here.owner) :] + days.astype(int)])
    none = np.zeros(count, int)
    rows = {
        "owner": owner,
        "kind": kind,
        "received": received,
        "acknowledged": acknowledged,
        "resolved": resolved,
        "theme": np.concatenate([here.theme, none]),
        "complex": np.concatenate([here.is_complex, none.astype(bool)]),
    }
    order = np.lexsort((kind, owner, received))
    return {name: values[order] for name, values in rows.items()}


def _texts(rng, theme: np.ndarray, kind: np.ndarray, english: np.ndarray) -> list[str]:
    draws = rng.random((len(theme), DRAWS))
    rows = zip(draws, theme.tolist(), kind.tolist(), english.astype(int).tolist(), strict=True)
    return [
        speak(draw, LANGUAGES[e], KINDS[k], THEMES[t] if k == 0 else "", ANGER.get(THEMES[t], 0.3))
        for draw, t, k, e in rows
    ]
