"""Names, telephone numbers and mail addresses, and how they differ when one person is recorded twice."""

from functools import cache

import numpy as np

from analysis.bank.demo.wording import texts

LATIN_SHARE = 0.08
GENDERS = ("female", "male")


@cache
def _characters(gender: str) -> tuple[list[str], list[str]]:
    given = texts("names")["given"][gender]
    return list(given), list(given.values())


@cache
def _surnames() -> tuple[list[str], list[str], np.ndarray]:
    surnames = texts("names")["surnames"]
    weight = 1 / (np.arange(len(surnames)) + 4.0)  # a few surnames are borne by many
    return list(surnames), list(surnames.values()), weight / weight.sum()


def people(rng, gender: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Full names, and the Latin spelling "Given Family" of each.

    Parameters
    ----------
    gender : array of int
        Position in `GENDERS`.
    """
    n = len(gender)
    surname, latin_surname, weight = _surnames()
    family = rng.choice(len(surname), n, p=weight)
    two = rng.random(n) < 0.78
    foreign = rng.random(n) < LATIN_SHARE
    draws = rng.random((n, 3))
    latin = texts("names")["latin"]
    names, spelt = [], []
    for i in range(n):
        sex = GENDERS[gender[i]]
        if foreign[i]:
            first = latin["first"][sex][int(draws[i, 0] * len(latin["first"][sex]))]
            spelt.append(f"{first} {latin['last'][int(draws[i, 1] * len(latin['last']))]}")
            names.append(spelt[-1])
            continue
        characters, sounds = _characters(sex)
        chosen = [int(d * len(characters)) for d in draws[i, : 1 + two[i]]]
        names.append(surname[family[i]] + "".join(characters[c] for c in chosen))
        spelt.append("".join(sounds[c] for c in chosen).capitalize() + " " + latin_surname[family[i]])
    return np.array(names, dtype=object), np.array(spelt, dtype=object)


def phones(rng, n: int) -> np.ndarray:
    """Numbers of eleven digits from a range that no network uses."""
    return np.array([f"12{d:09d}" for d in rng.integers(0, 10**9, n)], dtype=object)


def emails(rng, spelt: np.ndarray) -> np.ndarray:
    """Addresses at reserved domains."""
    numbers = rng.integers(1, 10_000, len(spelt))
    domains = np.array(["example.com", "example.org", "example.net"])[rng.integers(0, 3, len(spelt))]
    handles = (name.lower().replace(" ", ".") for name in spelt)
    return np.array([f"{h}{n}@{d}" for h, n, d in zip(handles, numbers, domains, strict=True)], dtype=object)


def mistyped(rng, text: str) -> str:
    """The text with two neighbours swapped, or one digit or letter wrong."""
    at = int(rng.integers(0, max(len(text) - 1, 1)))
    if rng.random() < 0.5 and len(text) > 1 and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    wrong = str((int(text[at]) + 1 + int(rng.integers(0, 9))) % 10) if text[at].isdigit() else None
    letter = wrong or chr(ord("a") + int(rng.integers(0, 26)))
    return text[:at] + letter + text[at + 1 :]


def name_again(rng, name: str, spelt: str, gender: int, kind: str) -> str:
    """The name as it is recorded the second time.

    Parameters
    ----------
    kind : {"name_typo", "name_order", "script"}
        Another kind leaves the name as it is.
    """
    if kind == "script":
        return spelt if name != spelt else spelt.upper()
    if kind == "name_order":
        # 李伟 becomes 伟李; "Wei Li" becomes "Li Wei"
        return " ".join(reversed(name.split(" "))) if " " in name else name[1:] + name[0]
    if kind == "name_typo":
        if " " in name:
            return mistyped(rng, name)
        characters, sounds = _characters(GENDERS[gender])
        sound = dict(zip(characters, sounds, strict=True)).get(name[-1])
        alike = [c for c, s in zip(characters, sounds, strict=True) if s == sound and c != name[-1]]
        return name[:-1] + str(rng.choice(alike or characters))
    return name
