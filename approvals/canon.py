"""How the chain of proof writes things down, and reads what others hand in.

Canonical JSON and times; a reader for objects from outside that believes nothing. What is hashed of
it is ``approvals.ledger``'s, what is signed ``approvals.heads``'.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self, cast

import rfc8785

from approvals.errors import N_, ApprovalError

_HEX64 = re.compile(r"[0-9a-f]{64}").fullmatch


class UnwritableTextError(ApprovalError):
    """A text holds something that has no place in UTF-8 or JSON; nothing was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            N_(
                "This text holds something that cannot be kept ({reason}); nothing was written. "
                "Type it again instead of pasting it."
            ),
            reason=reason,
        )


class ExtractUnreadableError(ApprovalError):
    """A file is no ledger extract, or no head."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            N_("This is no ledger extract of enonce ({reason}). Ask for it again."), reason=reason
        )


def canonical(value: Mapping[str, object]) -> str:
    """Give the canonical JSON text of an object (RFC 8785).

    Raises ``UnwritableTextError`` for half a surrogate pair, a number beyond 2**53, and what JSON
    does not know.
    """
    try:
        return rfc8785.dumps(cast("dict[str, Any]", dict(value))).decode()
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise UnwritableTextError(str(error)) from error


def stamp(time: datetime) -> str:
    """Write an aware time as the ledger does: UTC, microseconds, ``Z``."""
    if time.tzinfo is None:
        raise ValueError("a time without its zone")
    return f"{time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def unstamp(text: str) -> datetime:
    """Read a time that ``stamp`` wrote; anything else is a ``ValueError``."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None or stamp(time) != text:
        raise ValueError(f"no time of the ledger: {text!r}")
    return time


class Row:
    """Reads an object from outside, field by field; whatever is not as expected is refused.

    Every method raises ``ExtractUnreadableError``, which names the field.
    """

    def __init__(self, fields: Mapping[object, object]) -> None:
        self._fields = fields

    @classmethod
    def of(cls, given: object, name: str) -> Self:
        """Take an object, or refuse what is none."""
        if not isinstance(given, Mapping):
            raise ExtractUnreadableError(name)
        return cls(given)

    def value(self, name: str) -> object:
        """Give a field as it is, None where there is none."""
        return self._fields.get(name)

    def number(self, name: str) -> int:
        """Give a whole number from 0 below 2**53."""
        found = self.value(name)
        if type(found) is not int or not 0 <= found < 2**53:
            raise ExtractUnreadableError(name)
        return found

    def text(self, name: str) -> str:
        """Give a text that can be hashed."""
        found = self.value(name)
        if not isinstance(found, str) or any("\ud800" <= sign <= "\udfff" for sign in found):
            raise ExtractUnreadableError(name)
        return found

    def digest(self, name: str) -> str:
        """Give a lowercase hexadecimal SHA-256."""
        return _hex64(self.value(name), name)

    def time(self, name: str) -> datetime:
        """Give a time that ``stamp`` wrote."""
        try:
            return unstamp(self.text(name))
        except ValueError as error:
            raise ExtractUnreadableError(name) from error

    def rows(self, name: str) -> list[Row]:
        """Give a list of objects."""
        found = self.value(name)
        if not isinstance(found, list):
            raise ExtractUnreadableError(name)
        return [Row.of(one, name) for one in found]

    def proof(self, name: str) -> list[bytes]:
        """Give a list of digests as bytes."""
        found = self.value(name)
        if not isinstance(found, list):
            raise ExtractUnreadableError(name)
        return [bytes.fromhex(_hex64(step, name)) for step in found]


def _hex64(given: object, name: str) -> str:
    if not isinstance(given, str) or not _HEX64(given):
        raise ExtractUnreadableError(name)
    return given
