"""How passwords are hashed, checked and judged. Nothing here knows whose they are.

argon2id with the second recommended parameters of RFC 9106, 4: 64 MiB, three passes, four lanes,
about an eighth of a second a check. A check for somebody unknown costs as much.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from approvals.desk.auth.errors import WeakPasswordError
from approvals.errors import N_

SHORTEST = 12
LONGEST = 256
AT_ONCE = 4
"""Checks at once in a process: each takes 64 MiB, so a crowd at the door waits in a queue."""

_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "azertyuiopqsdfghjklmwxcvbn",
         "qwertyuiopasdfghjklzxcvbnm", "&é\"'(-è_çà)=")  # fmt: skip
_SLIDES = tuple(way * 2 for row in _ROWS for way in (row, row[::-1]))
_WORDS = re.compile(
    r"(password|passw0rd|motdepasse|mot de passe|azerty|qwerty|bonjour|welcome|bienvenue|letmein|"
    r"enonce|énoncé|mission|secret|admin|soleil|doudou|iloveyou|changeme|a ?changer)"
)


class Passwords:
    """Hashes and checks; ``hasher`` is the cost, which the tests lower."""

    def __init__(self, hasher: Argon2Hasher | None = None) -> None:
        self._hash = PasswordHash((hasher or Argon2Hasher(3, 65536, 4),))
        self._turn = threading.BoundedSemaphore(AT_ONCE)
        self._nobody = self._hash.hash("the password of nobody at all")

    def hash(self, password: str) -> str:
        """Give the argon2id hash to keep."""
        with self._turn:
            return self._hash.hash(_normal(password))

    def check(self, password: str, kept: str | None) -> tuple[bool, str | None]:
        """Say whether a password is the one that was kept, and give a hash to keep instead.

        The new hash is there where the old one is cheaper than those made now. Without anything
        kept the answer is no, and takes as long.
        """
        with self._turn:
            fine, better = self._hash.verify_and_update(
                _normal(password[:LONGEST]), kept or self._nobody
            )
        fine = fine and kept is not None and len(password) <= LONGEST
        return fine, better if fine else None


def judge(password: str, about: Iterable[str] = ()) -> None:
    """Raise ``WeakPasswordError`` for a password that is too short or among the first guesses.

    ``about`` is what everybody knows of the person: name, handle, address.
    """
    text = _normal(password)
    if len(text) < SHORTEST:
        raise WeakPasswordError(
            N_(
                "A password needs at least {least} characters. Three or four words make a good one."
            ),
            least=SHORTEST,
        )
    if len(text) > LONGEST:
        raise WeakPasswordError(
            N_("A password has at most {most} characters. Take a shorter one."), most=LONGEST
        )
    if _is_obvious(text.casefold(), about):
        raise WeakPasswordError(
            N_(
                "This password is among the first that are tried. Three or four words that do not "
                "belong together make a good one."
            )
        )


def _is_obvious(text: str, about: Iterable[str]) -> bool:
    if len(set(text)) < 5:
        return True
    for known in about:
        for part in re.split(r"[\s@.,_-]+", known.casefold()):
            if len(part) > 2:
                text = text.replace(part, "")
    left = _without_runs(_WORDS.sub("", text))
    return sum(letter.isalpha() for letter in left) < 4 and len(set(left)) < 7


def _without_runs(text: str) -> str:
    """Take out what a finger types by sliding along the keys, four or more."""
    left, place = "", 0
    while place < len(text):
        end = place + 4
        while end <= len(text) and any(text[place:end] in row for row in _SLIDES):
            end += 1
        if end > place + 4:
            place = end - 1
        else:
            left += text[place]
            place += 1
    return left


def _normal(password: str) -> str:
    """Write accents and ligatures in one way, whatever keyboard they came from (SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)
