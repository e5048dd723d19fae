"""The maximum of a log-likelihood: Newton's method on the logarithms of the parameters, the same on every run.

lifetimes starts Pareto/NBD at random and stops Nelder-Mead early; its other fits stop at 1e-7 of the mean. Here
value, slope and curvature are exact, so that a few steps end at the limit of float64.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

# A parameter beyond these (time in units of the longest T) is no estimate: the likelihood still rises there.
LOWEST, HIGHEST = 1e-6, 1e5
STEPS = 200
LONGEST = 1.5  # a step changes no parameter by more than the factor e^1.5
AT_REST = 1e-18  # gain in the mean log-likelihood that one more step promises
NOISE = 1e-10  # gains below it drown in rounding: the step is taken on trust

Derivatives = tuple[float, np.ndarray, np.ndarray]  # value, gradient, Hessian


@dataclass(frozen=True)
class Maximum:
    """Where the search ended; value and Hessian are of the mean over customers."""

    log_params: np.ndarray
    value: float
    hessian: np.ndarray
    converged: bool
    at_edge: np.ndarray  # −1: ran to 0, 1: ran to infinity, 0: inside


def maximise(mean: Callable[[np.ndarray], Derivatives], start: np.ndarray) -> Maximum:
    """Climb from `start`; saddle points are left along their rising side (absolute eigenvalues)."""
    place, found = start, mean(start)
    for _step in range(STEPS):
        curvature, axes = np.linalg.eigh(-found[2])
        slope = axes.T @ found[1]
        step = axes @ (slope / np.maximum(np.abs(curvature), 1e-14))
        gain = found[1] @ step
        if curvature[0] > 0 and gain < AT_REST:
            return _end(place, found, converged=True)
        step *= min(1.0, LONGEST / np.abs(step).max())
        better = _along(mean, place, found, step, gain)
        if better is None:
            return _end(place, found, converged=False)
        place, found = better
        if _edges(place).any():
            return _end(place, found, converged=False)
    return _end(place, found, converged=False)


def _along(mean, place, found, step, gain) -> tuple[np.ndarray, Derivatives] | None:
    """The first point on the way back from the full step at which the value is higher."""
    for length in 0.5 ** np.arange(40):
        trial = place + length * step
        value = mean(trial)
        if all(np.isfinite(part).all() for part in value) and (value[0] > found[0] or gain < NOISE):
            return trial, value
    return None


def _edges(log_params: np.ndarray) -> np.ndarray:
    return (log_params > np.log(HIGHEST)).astype(int) - (log_params < np.log(LOWEST))


def _end(place: np.ndarray, found: Derivatives, *, converged: bool) -> Maximum:
    return Maximum(place, float(found[0]), found[2], converged, _edges(place))
