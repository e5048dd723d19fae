"""Sections of a report: one that cannot be worked out says why, and leaves the others alone."""

from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def attempt(work: Callable[..., Found], *args, **options) -> tuple[Found | None, str]:
    """What `work` finds, and no reason; if the bank's data do not suffice for it, nothing and the reason.

    Only what a function refuses with a `ValueError`, in words, is such a reason.
    """
    try:
        return work(*args, **options), ""
    except ValueError as reason:
        return None, str(reason)
