"""Names of what comparisons are adjusted for, for reading."""

from dataclasses import replace

from analysis.language import _
from analysis.statistics.adjusted import Adjusted


def names() -> dict[str, str]:
    """Code of a covariate to its name."""
    return {
        "(blank)": _("unknown"),
        "age": _("age"),
        "assets": _("assets"),
        "branch": _("branch"),
        "channel": _("channel"),
        "complaints": _("complaints"),
        "complex": _("complex case"),
        "digital sessions": _("digital sessions"),
        "fifth of assets": _("fifth of assets"),
        "gender": _("gender"),
        "image": _("image of the bank"),
        "issue": _("issue"),
        "margin": _("margin"),
        "mode": _("mode"),
        "product families": _("product families"),
        "quarter": _("quarter"),
        "tenure": _("tenure"),
        "wave": _("wave"),
    }


def named(found: Adjusted) -> Adjusted:
    """The same with the covariates of `balance` named for reading, values of text after a colon."""
    return replace(
        found, balance=found.balance.assign(covariate=[_named(code) for code in found.balance["covariate"]])
    )


def _named(code: str) -> str:
    known = names()
    # The longest name first: a value may follow it.
    for start in sorted(known, key=len, reverse=True):
        if code == start:
            return known[start]
        if code.startswith(f"{start} "):
            value = code.removeprefix(f"{start} ")
            return _("{name}: {value}").format(name=known[start], value=known.get(value, value))
    return code
