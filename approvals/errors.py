"""Errors of the approvals package: one base, leaves that end in ``Error``.

A message is an English sentence with named fields that says what is wrong, where, and what to do.
It is translated where a person meets it (``flows.cli``, the desk), never here.
"""

from __future__ import annotations

from datetime import date, datetime

Value = str | int | date | datetime | tuple[str, ...]


def N_(text: str) -> str:  # noqa: N802 (the gettext convention for "translate later")
    """Mark a sentence for the catalogues and give it back unchanged."""
    return text


class ApprovalError(Exception):
    """Base of everything that this package raises on purpose.

    ``message`` is the English sentence before its fields are filled, ``data`` the fields.
    """

    def __init__(self, message: str, **data: Value) -> None:
        self.message = message
        self.data = data
        super().__init__(message)

    def __str__(self) -> str:
        return self.message.format_map(
            {
                name: ", ".join(value) if isinstance(value, tuple) else value
                for name, value in self.data.items()
            }
        )


class GuardError(ApprovalError):
    """An act was refused and nothing was written; ``guard`` names the rule that refused it."""

    def __init__(self, guard: str, message: str, **data: Value) -> None:
        super().__init__(message, **data)
        self.guard = guard


class NotEntitledError(GuardError):
    """The person lacks the right for this act."""


class WrongStateError(GuardError):
    """The dossier is not where this act is possible."""


class StalePairError(GuardError):
    """The act names a text that is no longer the current one."""


class UnknownDossierError(ApprovalError):
    """There is no dossier with this id."""


class UnknownPersonError(ApprovalError):
    """There is nobody with this handle or id."""


class StaleVersionError(ApprovalError):
    """The stream has moved on since the caller read it."""


class KeyReusedError(ApprovalError):
    """The idempotency key already stands for another act."""
