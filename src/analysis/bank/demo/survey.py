"""Half-yearly satisfaction survey: who answers is not who was asked."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from analysis.bank.demo.arrow import blank, build, number, pick
from analysis.bank.demo.calendar import DAY
from analysis.bank.demo.complaints import Complaints
from analysis.bank.demo.latent import Latent
from analysis.bank.demo.parameters import COMMENT_THEMES, COMPLAINT_ON_SATISFACTION, DRIVERS, RESPONSE
from analysis.bank.demo.wording import DRAWS, LANGUAGES, speak
from analysis.bank.demo.world import World

CONSTRUCTS = {"IMAG": 5, "EXPE": 5, "QUAL": 5, "VAL": 4, "SAT": 4, "LOY": 4}
QUESTIONS = {
    "IMAG": "I trust this bank 我信任这家银行",
    "EXPE": "It does what I expect of a bank 符合我对银行的期望",
    "QUAL": "Service, app and branches work well 服务、手机银行和网点都好用",
    "VAL": "It is worth what it costs 物有所值",
    "SAT": "All in all I am satisfied 总体满意",
    "LOY": "I will stay with this bank 我会继续使用这家银行",
}
# item, construct it depends on, question, scale, mean, spread
SINGLE = (
    ("nps", "LOY", "How likely are you to recommend us? 您有多大可能推荐我们？", 0, 10, 7.6, 2.1),
    ("csat", "SAT", "How satisfied are you? 您满意吗？", 1, 5, 3.9, 0.8),
    ("ces", "QUAL", "It was easy to get done what I wanted 办理过程是否轻松", 1, 7, 5.2, 1.2),
)
MEAN, SPREAD, LOADING = 7.2, 1.6, 0.84
ASKED = 0.2  # of all customers, in each wave
MODES = ("mobile", "sms", "phone")
UNANSWERED, COMMENTS, STRAIGHT = 0.025, 0.35, 0.015
TONES = tuple(COMMENT_THEMES)
ABOUT = tuple(COMMENT_THEMES["good"])


@dataclass(frozen=True)
class Wave:
    """A wave and its first day."""

    name: str
    day: int


def waves(world: World) -> list[Wave]:
    """One wave each June and December, from its tenth day on."""
    calendar = world.calendar
    found = []
    for month in range(calendar.months):
        first = calendar.dates[calendar.first[month]].item()
        if first.month in (6, 12):
            found.append(Wave(f"{first.year}H{first.month // 6}", int(calendar.first[month]) + 9))
    return found


def items() -> pa.Table:
    """Table survey_items."""
    rows = [
        (f"{c.lower()}{i + 1}", c, f"{QUESTIONS[c]} ({i + 1})", 0.0, 10.0)
        for c, count in CONSTRUCTS.items()
        for i in range(count)
    ]
    rows += [
        (item, item.upper(), question, float(low), float(high)) for item, _, question, low, high, *_ in SINGLE
    ]
    names = ("item", "construct", "question", "scale_min", "scale_max")
    return build("survey_items", {n: list(v) for n, v in zip(names, zip(*rows, strict=True), strict=True)})


def tables(
    world: World, latent: Latent, complaints: Complaints, block: int
) -> tuple[dict[str, pa.Table], dict[str, pa.Table], int]:
    """survey_invitations, survey_answers and survey_comments of a block; truth; straight-lined answers."""
    parts = [_wave(world, latent, complaints, block, at, wave) for at, wave in enumerate(waves(world))]
    if not parts:
        return {}, {"survey": pa.table({}), "comments": pa.table({})}, 0
    names = ("survey_invitations", "survey_answers", "survey_comments")
    merged = {name: pa.concat_tables([part[name] for part in parts]) for name in names}
    truth = {
        name: pa.concat_tables([part["truth"][name] for part in parts]) for name in ("survey", "comments")
    }
    return merged, truth, sum(part["straight"] for part in parts)


def _wave(world: World, latent: Latent, complaints: Complaints, block: int, at: int, wave: Wave) -> dict:
    rng = world.generator(f"survey {wave.name}", block)
    calendar, n = world.calendar, len(latent)
    here = (latent.joined < wave.day - 60) & (latent.left > wave.day + 21)
    who = np.flatnonzero(here & (rng.random(n) < ASKED))
    upset = np.zeros(n, bool)
    received = complaints.received // DAY
    upset[complaints.owner[(received < wave.day) & (received > wave.day - 365)]] = True
    scores = _constructs(rng, latent.satisfaction[who], upset[who])
    mode = np.where(latent.age[who] > 62, 2, (rng.random(len(who)) < 0.35).astype(int))
    digital = (latent.trait("mobile")[who] > 0.5).astype(float) + 0.3 * latent.digital[who]
    odds = (
        RESPONSE["intercept"]
        + RESPONSE["satisfaction"] * scores["SAT"]
        + RESPONSE["age_per_decade"] * (latent.age[who] - 45) / 10
        + RESPONSE["digital"] * digital
    )
    propensity = 1 / (1 + np.exp(-odds))
    answers = rng.random(len(who)) < propensity
    asked = wave.day + rng.integers(0, 5, len(who))
    answered = np.minimum(asked + rng.geometric(0.25, len(who)) - 1, wave.day + 20)
    answers &= answered < calendar.days
    straight = answers & (rng.random(len(who)) < STRAIGHT)
    seconds = np.round(np.where(straight, rng.uniform(25, 60, len(who)), rng.lognormal(5.5, 0.4, len(who))))
    response = number("R", (at + 1) * 10_000_000 + latent.number[who] + 1, 9)
    customer = number("C", latent.number[who] + 1, 7)
    name = pa.array([wave.name] * len(who), pa.string())
    invitations = build(
        "survey_invitations",
        {
            "wave": name,
            "customer_id": customer,
            "invited_on": calendar.date_of(asked),
            "mode": pick(mode, MODES),
            "answered_on": blank(calendar.date_of(answered), answers),
            "seconds": blank(seconds, answers),
            "response_id": pick(np.arange(len(who)), response, answers),
        },
    )
    replied = np.flatnonzero(answers)
    response = response.take(pa.array(replied))
    chosen = {c: values[replied] for c, values in scores.items()}
    answered_items = _answers(rng, response, chosen, straight[replied])
    comments, meant = _comments(rng, response, chosen["SAT"])
    truth = {"wave": name, "customer_id": customer, "propensity": propensity} | scores
    return {
        "survey_invitations": invitations,
        "survey_answers": answered_items,
        "survey_comments": comments,
        "truth": {"survey": pa.table(truth), "comments": meant},
        "straight": int(straight.sum()),
    }


def _constructs(rng, trait: np.ndarray, upset: np.ndarray) -> dict[str, np.ndarray]:
    """Standardised constructs along the structural paths; a complaint within a year lowers satisfaction."""
    scores = {"IMAG": 0.8 * trait + 0.6 * rng.normal(size=len(trait))}
    for construct, paths in DRIVERS.items():
        explained = sum(weight * scores[driver] for driver, weight in paths.items())
        if construct == "SAT":
            explained = explained + COMPLAINT_ON_SATISFACTION * upset
        scores[construct] = explained + rng.normal(0, 0.5, len(trait))
    return scores


def _answers(rng, response: pa.Array, scores: dict[str, np.ndarray], straight: np.ndarray) -> pa.Table:
    n = len(response)
    columns, names = [], []
    plan = [(f"{c.lower()}{i + 1}", c, 0, 10, MEAN, SPREAD) for c, k in CONSTRUCTS.items() for i in range(k)]
    plan += [(item, c, low, high, mean, spread) for item, c, _, low, high, mean, spread in SINGLE]
    for item, construct, low, high, mean, spread in plan:
        noise = np.sqrt(1 - LOADING**2) * rng.normal(size=n)
        given = np.clip(np.round(mean + spread * (LOADING * scores[construct] + noise)), low, high)
        columns.append(np.where(straight, high, given))
        names.append(item)
    matrix = np.column_stack(columns)
    unanswered = (rng.random(matrix.shape) < UNANSWERED) & ~straight[:, None]
    who, item = np.divmod(np.arange(matrix.size), len(names))
    return build(
        "survey_answers",
        {
            "response_id": response.take(pa.array(who)),
            "item": pick(item, names),
            "score": blank(matrix.ravel(), ~unanswered.ravel()),
        },
    )


def _comments(rng, response: pa.Array, satisfaction: np.ndarray) -> tuple[pa.Table, pa.Table]:
    """Table survey_comments, and the theme and the tone of each comment."""
    # the angry and the delighted write more
    writes = np.flatnonzero(rng.random(len(response)) < COMMENTS * (0.7 + 0.4 * np.abs(satisfaction)))
    tone = np.select([satisfaction[writes] > 0.4, satisfaction[writes] > -0.5], [0, 1], 2)
    english = (rng.random(len(writes)) < 0.2).astype(int)
    draws = rng.random((len(writes), DRAWS))
    shares = np.array([list(COMMENT_THEMES[name].values()) for name in TONES])
    theme = (draws[:, [1]] >= shares.cumsum(axis=1)[tone, :-1]).sum(axis=1)
    texts = [
        speak(draw, LANGUAGES[e], "comment", ABOUT[about], tone=TONES[t])
        for draw, e, about, t in zip(draws, english.tolist(), theme.tolist(), tone.tolist(), strict=True)
    ]
    writer = response.take(pa.array(writes))
    columns = {"response_id": writer, "text": pa.array(texts, pa.string())}
    truth = pa.table({"response_id": writer, "theme": pick(theme, ABOUT), "tone": pick(tone, TONES)})
    return build("survey_comments", columns | {"language": pick(english, LANGUAGES)}), truth
