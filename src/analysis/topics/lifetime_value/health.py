"""Checks on whether the value can bear the weight that is put on it."""

import numpy as np

from analysis.language import _, listed, number, percent, together
from analysis.topics.lifetime_value import candidates as cand
from analysis.topics.lifetime_value import models, relationship
from analysis.topics.lifetime_value.choice import Evaluation
from analysis.topics.lifetime_value.valuation import Relationship, Transactions

Check = tuple[str, bool, str]


def checks(
    evaluation: Evaluation,
    transaction: Transactions,
    holding: Relationship | None,
    proof: relationship.Evaluation | None,
    covered: float,
    currency: str,
) -> list[Check]:
    """All checks: arguments of `analysis.report.results.health`.

    Parameters
    ----------
    covered : float
        Share of customers whose purchases in the outer window lay in their 90 % interval.
    """
    found = [_choice(evaluation, transaction), _gain(evaluation), _level(evaluation), _covered(covered)]
    fit = evaluation.latest.fits.get(transaction.drawn_from)
    if fit is not None:
        seen = cand.seen_by(fit.model, evaluation.summary)
        found += [(f"{fit.model}: {name}", ok, message) for name, ok, message in models.checks(fit, seen)]
    spend = models.checks(transaction.spend.fit, transaction.spend.seen(evaluation.summary))
    if transaction.spend.tied:
        message = together(
            transaction.spend.tied, _("Value is therefore modelled within fifths of frequency.")
        )
        found.append(("value_by_frequency", True, message))
    found += [(f"gamma_gamma: {name}", ok, message) for name, ok, message in spend]
    if holding is None:
        return [
            *found,
            (
                "relationship",
                False,
                _("No margin on balances and no fee is known: only purchases are valued."),
            ),
        ]
    found += relationship.checks(holding.missing, holding.moves, proof, currency)
    return [*found, *((f"staying: {name}", ok, message) for name, ok, message in holding.survival.checks)]


def _choice(evaluation: Evaluation, transaction: Transactions) -> Check:
    left_out = [cand.labels()[name] for name in evaluation.latest.unfit if name in evaluation.latest.fits]
    if transaction.drawn_from:
        message = _("{count} of {all} probability models are fit for use.").format(
            count=number(len(evaluation.latest.fits) - len(left_out)), all=number(len(evaluation.latest.fits))
        )
        return "model_fit", True, message
    if evaluation.chosen == cand.BOOSTED:
        message = _("No probability model is fit for use ({models}): who still buys is not told.")
    else:
        message = _("No probability model is fit for use ({models}): customers are taken to go on as before.")
    return "model_fit", False, message.format(models=listed(left_out))


def _gain(evaluation: Evaluation) -> Check:
    gain, low, _high = evaluation.gain
    if evaluation.chosen == cand.NAIVE:
        return "better_than_naive", False, _("No model is relied on: the naive forecast is used itself.")
    if np.isnan(gain):
        return (
            "better_than_naive",
            False,
            _("Out of time the naive forecast was never wrong: no model can err less."),
        )
    message = (
        _(
            "Out of time the model errs {gain} less than the naive forecast; at least {low} with 97.5% confidence."
        )
        if low > 0
        else _("Out of time it is not shown that the model errs less than the naive forecast.")
    )
    return "better_than_naive", low > 0, message.format(gain=percent(gain), low=percent(low))


def _level(evaluation: Evaluation, most: float = 0.1) -> Check:
    bias = float(evaluation.outer.set_index("candidate").loc[evaluation.chosen, "bias"])
    message = _("The total of purchases was missed by {bias}; up to {most} is taken as well met.")
    return "level", abs(bias) <= most, message.format(bias=percent(abs(bias)), most=percent(most, 0))


def _covered(covered: float) -> Check:
    if np.isnan(covered):
        return "coverage", False, _("Without a probability model, intervals rest on past errors alone.")
    message = _("The 90% intervals held what {share} of customers then bought; 85% to 97% is taken as right.")
    return "coverage", 0.85 <= covered <= 0.97, message.format(share=percent(covered))
