"""Table customers, with a few people recorded twice."""

import numpy as np
import pyarrow as pa

from analysis.bank.demo.arrow import blank, number, pick
from analysis.bank.demo.latent import NEVER, Latent
from analysis.bank.demo.names import GENDERS, emails, mistyped, name_again, people, phones
from analysis.bank.demo.network import REGIONS
from analysis.bank.demo.parameters import DUPLICATES, SEGMENTS
from analysis.bank.demo.world import World

BANDS = ("under 60k", "60k-120k", "120k-240k", "240k-600k", "over 600k")
BAND_EDGES = (60_000, 120_000, 240_000, 600_000)
APPETITES = ("C1", "C2", "C3", "C4", "C5")
OCCUPATIONS = {
    "salaried_young": ("clerk", "engineer", "nurse", "teacher", "sales", "civil servant"),
    "affluent_families": ("manager", "doctor", "lawyer", "engineer", "civil servant", "professor"),
    "pensioners": ("retired",),
    "entrepreneurs": ("business owner", "merchant", "investor"),
    "digital_natives": ("student", "courier", "freelancer", "streamer", "designer"),
    "dormant_savers": ("farmer", "worker", "homemaker", "clerk", "retired"),
}
ERRORS = ("name_typo", "name_order", "script", "birth_swapped", "phone_typo")
ERROR_SHARES = (0.3, 0.2, 0.2, 0.2, 0.1)
MANAGED_FROM = 50_000  # yuan; from here on a customer has a relationship manager


def managers(world: World, latent: Latent, block: int) -> np.ndarray:
    """Position of the relationship manager in the staff, −1 where there is none."""
    rng = world.generator("managers", block)
    important = world.assets[latent.number] >= MANAGED_FROM
    important |= rng.random(len(latent)) < np.where(latent.trait("cash_in") > 1, 0.8, 0.02)
    staff = world.network.of_branch(rng, latent.branch, "relationship_manager")
    return np.where(important, staff, -1)


def describe(world: World, latent: Latent, block: int) -> tuple[dict, pa.Table]:
    """Columns of table customers before any dirt, and the pairs of records that are one person."""
    rng = world.generator("customers", block)
    calendar, n = world.calendar, len(latent)
    gender = (rng.random(n) < 0.5).astype(int)
    name, spelt = people(rng, gender)
    person = {
        "name": name,
        "spelt": spelt,
        "gender": gender,
        "phone": phones(rng, n),
        "email": emails(rng, spelt),
        "has_email": rng.random(n) < np.where(latent.age < 60, 0.7, 0.2),
        "birth": calendar.date_of(-(latent.age * 365.25).astype(int)),
        "region": np.where(
            rng.random(n) < 0.96, world.network.region[latent.branch], rng.integers(0, len(REGIONS), n)
        ),
    }
    pairs = _record_twice(rng, latent, person)
    columns = {
        "customer_id": number("C", latent.number + 1, 7),
        "name": pa.array(person["name"], pa.string()),
        "phone": pa.array(person["phone"], pa.string(), mask=rng.random(n) < 0.03),
        "email": pa.array(person["email"], pa.string(), mask=~person["has_email"]),
        "birth_date": pa.array(person["birth"], pa.date32()),
        "gender": pick(person["gender"], GENDERS),
        "branch_id": pick(latent.branch, world.network.branch_ids),
        "region": pick(person["region"], REGIONS),
        "joined_on": calendar.date_of(latent.joined),
        "left_on": blank(calendar.date_of(latent.left), latent.left < NEVER),
    }
    return columns | _declared(rng, world, latent, block), pairs


def _declared(rng, world: World, latent: Latent, block: int) -> dict:
    """What customers said of themselves, and who looks after them."""
    n = len(latent)
    kinds = [OCCUPATIONS[s.name] for s in SEGMENTS]
    occupation = [
        kinds[s][int(u * len(kinds[s]))] for s, u in zip(latent.segment, rng.random(n), strict=True)
    ]
    business = latent.trait("cash_in") > 1
    yearly = np.select(
        [latent.income > 0, business], [12.5 * latent.income, 420_000 * np.exp(rng.normal(0, 0.7, n))], 45_000
    )
    yearly = yearly * np.exp(rng.normal(0, 0.15, n))
    bold = 2.4 - (latent.age - 40) / 25 + 0.8 * business + rng.normal(0, 0.9, n)
    tested = rng.random(n) < np.where(latent.opened["wealth"] < NEVER, 0.98, 0.25)
    staff = managers(world, latent, block)
    return {
        "occupation": pa.array(occupation, pa.string(), mask=rng.random(n) < 0.06),
        "income_band": pick(np.searchsorted(BAND_EDGES, yearly), BANDS, rng.random(n) < 0.92),
        "marketing_consent": pa.array(rng.random(n) < np.where(latent.age > 60, 0.55, 0.74)),
        "risk_appetite": pick(np.clip(np.round(bold), 0, 4).astype(int), APPETITES, tested),
        "staff_id": pick(np.maximum(staff, 0), world.network.staff_ids, staff >= 0),
    }


def _record_twice(rng, latent: Latent, person: dict) -> pa.Table:
    """Make some customers the same person as another, with the errors of a second recording."""
    count = rng.binomial(len(latent), DUPLICATES)
    count = min(count, len(latent) // 2)
    both = rng.permutation(len(latent))[: 2 * count].reshape(2, -1)
    later = np.argmax(latent.joined[both], axis=0)
    copies, originals = both[later, np.arange(count)], both[1 - later, np.arange(count)]
    kinds = rng.choice(ERRORS, count, p=ERROR_SHARES)
    kinds = np.where((kinds == "birth_swapped") & ~_can_swap(person["birth"][originals]), "name_typo", kinds)
    for copy, original, kind in zip(copies, originals, kinds, strict=True):
        for attribute in ("name", "spelt", "gender", "phone", "birth", "region"):
            person[attribute][copy] = person[attribute][original]
        if person["has_email"][original] and rng.random() < 0.6:
            person["email"][copy] = person["email"][original]
        person["name"][copy] = name_again(
            rng, person["name"][original], person["spelt"][original], person["gender"][original], str(kind)
        )
        _err(rng, person, copy, str(kind))
    return pa.table(
        {
            "customer_id": number("C", latent.number[copies] + 1, 7),
            "duplicate_of": number("C", latent.number[originals] + 1, 7),
            "error": pa.array(kinds.tolist(), pa.string()),
        }
    )


def _can_swap(birth: np.ndarray) -> np.ndarray:
    """Whether day and month of birth can change places and be another date."""
    month = birth.astype("datetime64[M]")
    day = (birth - month).astype(int) + 1
    return (day <= 12) & (day != month.astype(int) % 12 + 1)


def _err(rng, person: dict, copy: int, kind: str) -> None:
    """Errors in date of birth and telephone; a fifth of people gave another number the second time."""
    born = person["birth"][copy].item()
    if kind == "birth_swapped":
        person["birth"][copy] = np.datetime64(born.replace(month=born.day, day=born.month))
    if kind == "phone_typo" or rng.random() < 0.1:
        person["phone"][copy] = mistyped(rng, person["phone"][copy])
    elif rng.random() < 0.2:
        person["phone"][copy] = phones(rng, 1)[0]
