"""Join codes: six letters and digits that can be read off a wall and typed on a phone without mistaking any."""

from __future__ import annotations

import secrets

CODE_LENGTH = 6
#: No two of these look alike. Of each group of look-alikes one sign is used, and `fold_code` turns the others into it.
ALPHABET = "0123456789ACDEFHJKMNPRTVWXY"
_LOOK_ALIKES = str.maketrans({"O": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8", "U": "V"})
_BETWEEN = str.maketrans("", "", " -.\u00a0")


def make_code(*, length: int = CODE_LENGTH) -> str:
    """Make a random code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def fold_code(typed: str) -> str:
    """Turn what someone typed into the code they meant: any case, spaces and hyphens between, look-alikes."""
    return typed.translate(_BETWEEN).strip().upper().translate(_LOOK_ALIKES)


def is_code(text: str) -> bool:
    """Say whether a folded text could be a join code."""
    return len(text) == CODE_LENGTH and set(text) <= set(ALPHABET)


def is_one_sign_away(one: str, other: str) -> bool:
    """Say whether two codes of the same length differ in exactly one place."""
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1
