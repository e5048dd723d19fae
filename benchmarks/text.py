"""Labels, themes and tone of texts: CFPB complaints out of time, templates never seen, Chinese reviews by the ten thousand.

python -m benchmarks.text                     # all; about 10 minutes
python -m benchmarks.text --only labels       # CFPB narratives, the last 30 % by date received
python -m benchmarks.text --only templates    # simulated feedback whose matter was never seen in training
python -m benchmarks.text --only recovery     # planted themes, and praise against complaints, of simulated banks
python -m benchmarks.text --only comments     # tone by lexicon and learnt from the score beside the comment
python -m benchmarks.text --only read         # the lexicon against a reader of 70 real reviews
python -m benchmarks.text --only speed        # Chinese app reviews, one process a method and size
"""

import argparse
import json
import os
import random
import re
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.contest import apart, growth, machine, measured, publish
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from analysis.bank.demo.wording import texts as demo_words
from analysis.bank.demo.writer import write
from analysis.statistics.classification import roc_auc
from analysis.statistics.text import classify, learn_sentiment, sentiment, themes
from analysis.statistics.text.agreement import Confusion, macro_f1
from analysis.statistics.text.classifiers import PLAIN, Keywords, Logistic, Settings
from analysis.statistics.text.comparison import OURS, TFIDF
from analysis.statistics.text.features import Vocabulary, Weighting
from analysis.statistics.text.labelled import labelled, learnable

DATA = Path(os.environ.get("ANALYSIS_DATA", "../shared/data"))
SIZES = [3_000, 10_000, 30_000]
METHODS = {"themes": themes, "sentiment": sentiment}
SEEDS = range(401, 404)


def narratives(column: str) -> tuple[list[str], pd.Series, pd.Series]:
    """CFPB narratives, their product or issue, and the day received."""
    table = pd.read_csv(DATA / "cfpb_complaints" / "complaints.csv", dtype=str)
    table = table.dropna(subset="Consumer complaint narrative")
    received = pd.to_datetime(table["Date received"], format="%Y/%m/%d")
    return table["Consumer complaint narrative"].tolist(), table[column], received


def labels() -> str:
    """Macro-F1 on the last 30 % of the narratives."""
    lines = []
    for column in ("Product", "Issue"):
        texts, given, received = narratives(column)
        kept = {}
        spent = measured(lambda: kept.update(found=classify(texts, given, received)))  # noqa: B023
        found = kept["found"]
        lines += [
            "",
            f"{column}: {len(found.outcome)} later narratives with {found.outcome['given'].nunique()} labels.",
            "",
        ]
        lines += ["| candidate | macro-F1 | accuracy |", "|---|---|---|"]
        for name, row in found.measures.iterrows():
            label = f"**ours** ({_described(found)})" if name == OURS else row["label"]
            lines.append(
                f"| {label} | {row['macro_f1']:.3f} ({row['macro_f1_low']:.3f} to {row['macro_f1_high']:.3f}) | "
                f"{row['accuracy']:.3f} |"
            )
        lines += [f"| {name} | {f1:.3f} | {right:.3f} |" for name, f1, right in peers(texts, given, received)]
        gain, kept_rule = found.gains.loc[TFIDF], found.kept
        lines += ["", f"Ours − TF-IDF + logistic regression: {gain['value']:+.3f} ({gain['low']:+.3f} to "
                  f"{gain['high']:+.3f}). "
                  f"Calibration error {found.ece:.3f} (chance: up to {found.ece_by_chance:.3f}). Wanted accuracy "
                  f"{found.chosen.rule.target:.0%}: {kept_rule['to_person']:.0%} go to a person{_alone(kept_rule)}. "
                  f"{len(found.rare)} labels too rare to learn, {len(found.new)} never seen before. Learning, choosing and "
                  f"testing: {spent['cpu']:.0f} CPU s, {spent['beyond']:.1f} GB."]  # fmt: skip
    return "\n".join(lines).strip()


def _alone(kept: dict) -> str:
    if not kept["alone"]:
        return ""
    return f", the others are right in {kept['accuracy']:.1%} ({kept['accuracy_low']:.1%} to {kept['accuracy_high']:.1%})"


def _described(found) -> str:
    settings = found.chosen.settings
    return (
        "is TF-IDF + logistic regression"
        if found.plain
        else f"C {settings.strength:g}, lift {settings.lift:g}"
    )


def peers(texts, given, received):
    """Name, macro-F1 and accuracy of other ways, at their usual settings, on the same split."""
    table = labelled(texts, given, received)
    counts, cut = Vocabulary(table.texts).counts(table.texts), table.cut(0.7)
    known = np.arange(cut)[learnable(table.labels[:cut])]
    of, names, asked, later = (
        counts.rows(known),
        table.labels[known],
        counts.rows(np.arange(cut, len(table))),
        table.labels[cut:],
    )
    weights = Weighting(of)
    known_weights, asked_weights = weights(of), weights(asked)
    told = {"Complement NB (words)": ComplementNB(alpha=0.1).fit(of.words, names).predict(asked.words)}
    told["NB-SVM weights (Wang & Manning 2012), words"] = _nb(of.words, names, asked.words)
    svm = LinearSVC(C=0.1, class_weight="balanced", random_state=0).fit(known_weights, names)
    told["linear SVM, words and letters, balanced"] = svm.predict(asked_weights)
    both = Logistic(of, names, Settings(1.0, balanced=True))
    told["logistic, words and letters, balanced"] = both.told(both.log_odds(asked))["label"].to_numpy()
    for name, label in told.items():
        found = Confusion(later, label).measures()
        yield name, found["macro_f1"], found["accuracy"]


def _nb(words, names: np.ndarray, asked) -> np.ndarray:
    """Logistic regression, each label against the rest, on presence times log-count ratio."""
    there, asked_there, scores = (words > 0).astype(float), (asked > 0).astype(float), []
    classes = np.unique(names.astype(str))
    for name in classes:
        mine = names == name
        p, q = (np.asarray(there[rows].sum(axis=0)).ravel() + 1 for rows in (mine, ~mine))
        ratio = sparse.diags_array(np.log((p / p.sum()) / (q / q.sum())))
        model = LogisticRegression(C=1.0, max_iter=300, tol=1e-3).fit(there @ ratio, mine)
        scores.append(model.decision_function(asked_there @ ratio))
    return classes[np.argmax(scores, axis=0)]


def simulated(seed: int, customers: int = 5_000) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Feedback of a simulated bank in order of time, with the true theme, and comments with their scores."""
    with tempfile.TemporaryDirectory() as folder:
        bank, truth = Path(folder) / "bank", Path(folder) / "truth"
        write(bank, truth, customers, seed)
        feedback = pd.read_parquet(bank / "feedback.parquet").merge(
            pd.read_parquet(truth / "feedback.parquet")[["feedback_id", "theme"]],
            on="feedback_id",
            how="left",
        )
        comments = pd.read_parquet(bank / "survey_comments.parquet")
        answers = pd.read_parquet(bank / "survey_answers.parquet")
    nps = answers[answers["item"] == "nps"].set_index("response_id")["score"]
    return feedback.sort_values("received_at", ignore_index=True), comments.assign(
        nps=comments["response_id"].map(nps)
    )


def templates() -> str:
    """Macro-F1 of the theme of complaints whose matter no training text had, beside that of the usual split."""
    lines = [
        "| seed | all later complaints | matter in training | matter never in training | keywords there | TF-IDF there |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for seed in SEEDS:
        rows, _comments = simulated(seed)
        rows = rows[rows["theme"].notna() & (rows["theme"] != "face_recognition")].reset_index(drop=True)
        matter = np.array(
            [_matter(*row) for row in rows[["text", "theme", "language"]].itertuples(index=False)]
        )
        cut = int(0.7 * len(rows))
        usual = classify(rows["text"], rows["theme"])
        held = matter % 3 == 0  # every third template of a theme
        learnt = np.flatnonzero(~held[:cut])
        counts = Vocabulary(rows["text"]).counts(rows["text"])
        given = rows["theme"].to_numpy(dtype=object)
        of, names = counts.rows(learnt), given[learnt]
        ours, plain = (Logistic(of, names, settings) for settings in (usual.chosen.settings, PLAIN))

        def f1(tested: np.ndarray, tell) -> float:
            later = cut + np.flatnonzero(tested[cut:])  # noqa: B023
            return macro_f1(given[later], tell(counts.rows(later)))  # noqa: B023

        told = {
            "seen": f1(~held, lambda c: ours.told(ours.log_odds(c))["label"]),  # noqa: B023
            "unseen": f1(held, lambda c: ours.told(ours.log_odds(c))["label"]),  # noqa: B023
            "keywords": f1(held, Keywords.learn(of, names).labels),
            "plain": f1(held, lambda c: plain.told(plain.log_odds(c))["label"]),  # noqa: B023
        }
        lines.append(
            f"| {seed} | {usual.measures.loc[OURS, 'macro_f1']:.3f} | {told['seen']:.3f} | {told['unseen']:.3f} | "
            f"{told['keywords']:.3f} | {told['plain']:.3f} |"
        )
    return "\n".join(lines)


def _matter(text: str, theme: str, language: str) -> int:
    """Which template of its theme a simulated complaint was made from."""
    for place, template in enumerate(demo_words("words")[language]["complaint"][theme]):
        pattern = ".+?".join(re.escape(part) for part in re.split(r"\{\w+\}", template))
        if re.search(pattern, text):
            return place
    raise ValueError(f"no template of {theme} gives {text!r}")


def recovery() -> str:
    """Planted themes of complaints found again, and the lexicon against the tone that is planted."""
    lines = [
        "| seed | language | texts | themes | ARI, planted | ARI between fits | praise over complaints (AUC) |",
        "|---:|---|---:|---:|---:|---:|---:|",
    ]
    for seed in SEEDS:
        rows, _comments = simulated(seed)
        for language, part in rows.groupby("language"):
            complaints = part[part["theme"].notna()]
            found = themes(complaints["text"], language)
            told = found.theme.fillna(-1).to_numpy(dtype=int)
            tone = part[part["kind"].isin(["praise", "complaint"])]
            auc = roc_auc(tone["kind"] == "praise", sentiment(tone["text"], language)["score"])
            chosen = found.tried.loc[found.tried["chosen"], "ari"].iloc[0]
            lines.append(
                f"| {seed} | {language} | {len(complaints):,} | {len(set(told) - {-1})} | "
                f"{adjusted_rand_score(complaints['theme'], told):.2f} | {chosen:.2f} | {auc:.3f} |"
            )
    return "\n".join(lines)


def comments() -> str:
    """Tone of survey comments by lexicon and learnt from the score beside them, on the later comments."""
    lines = ["| seed | later comments | lexicon (AUC) | learnt | difference |", "|---:|---:|---|---|---|"]
    for seed in SEEDS:
        _rows, said = simulated(seed)
        said = said.sort_values("response_id")
        content = (
            pd.Series(pd.NA, index=said.index, dtype="boolean")
            .mask(said["nps"] >= 9, True)
            .mask(said["nps"] <= 6, False)
        )
        found = learn_sentiment(said["text"], content, language=said["language"])
        cells = [f"{row.value:.2f} ({row.low:.2f} to {row.high:.2f})" for row in found.measures.itertuples()]
        lines.append(f"| {seed} | {found.tested} | {' | '.join(cells)} |")
    return "\n".join(lines)


def reviews(size: int) -> list[str]:
    """As many Chinese texts, each of two reviews drawn at random, so that hardly two are alike."""
    lines = (DATA / "bank_app_reviews_zh" / "reviews.txt").read_text(encoding="utf-8").splitlines()
    drawn = np.random.default_rng(0).integers(0, len(lines), (size, 2))
    return [f"{lines[a]} {lines[b]}" for a, b in drawn]


# Tone of 70 reviews drawn from the last third, read by one reader before the lexicon was run on them; all others blame.
READ = tuple(sorted(random.Random(1).sample(range(1_400, 2_050), 70)))
PRAISE = frozenset([1402, 1409, 1422, 1426, 1429, 1431, 1435, 1590, 1594, 1634, 1661, 1883, 2001])
NEITHER = frozenset([1488, 1502, 1799])


def read() -> str:
    """The lexicon against a reader's judgement of real reviews."""
    lines = (DATA / "bank_app_reviews_zh" / "reviews.txt").read_text(encoding="utf-8").splitlines()
    kept = [place for place in READ if place not in NEITHER]
    told = sentiment([lines[place] for place in kept], "zh")
    praise = np.array([place in PRAISE for place in kept])
    rows = pd.crosstab(np.where(praise, "praise", "blame"), told["tone"])
    said = [
        f"{kind}: " + ", ".join(f"{n} {tone}" for tone, n in row.items()) for kind, row in rows.iterrows()
    ]
    return f"{len(kept)} reviews ({'; '.join(said)}). AUC {roc_auc(praise, told['score']):.2f}."


def contestant(method: str, size: int) -> dict:
    """One method on so many texts."""
    texts = reviews(size)
    return measured(
        lambda: len(
            METHODS[method](texts, "zh").table if method == "themes" else METHODS[method](texts, "zh")
        )
    )


def speed() -> str:
    """Table of seconds and memory."""
    lines = ["| method | texts | CPU s | growth | seconds | peak GB |", "|---|---:|---:|---:|---:|---:|"]
    for method in METHODS:
        found = [apart("text", "--method", method, "--size", str(size)) for size in SIZES]
        exponents = growth(SIZES, [one["cpu"] for one in found])
        for size, one, exponent in zip(SIZES, found, exponents, strict=True):
            lines.append(
                f"| {method} | {size:,} | {one['cpu']:.1f} | {exponent} | {one['seconds']:.1f} | {one['peak']:.2f} |"
            )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = {
        "labels": labels,
        "templates": templates,
        "recovery": recovery,
        "comments": comments,
        "read": read,
        "speed": speed,
    }
    parser.add_argument("--only", choices=tuple(parts))
    parser.add_argument("--method", choices=tuple(METHODS))
    parser.add_argument("--size", type=int)
    given = parser.parse_args()
    if given.method:
        print(json.dumps(contestant(given.method, given.size)))
        return
    for name, work in parts.items():
        if given.only in (None, name):
            publish(f"text-{name}", f"{machine(f'python -m benchmarks.text --only {name}')}\n\n{work()}")


if __name__ == "__main__":
    main()
