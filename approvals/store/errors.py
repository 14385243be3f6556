"""What may go wrong with the database itself."""

from __future__ import annotations

from approvals.errors import N_, ApprovalError


class DatabaseError(ApprovalError):
    """Base: the database refused; nothing was written."""


class DatabaseFullError(DatabaseError):
    """There is no room left for the ledger."""

    def __init__(self, where: str) -> None:
        super().__init__(
            N_(
                "There is no room left for the ledger in {where}; nothing was written. Free space "
                "on the disk and try again."
            ),
            where=where,
        )


class DatabaseUnavailableError(DatabaseError):
    """The database cannot be reached, read or written."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(
            N_("The ledger in {where} cannot be used ({reason}); nothing was written."),
            where=where,
            reason=reason,
        )


class NewerSchemaError(DatabaseError):
    """The database was made by a newer version."""

    def __init__(self, where: str, found: str) -> None:
        super().__init__(
            N_(
                "The ledger in {where} was made by a newer version of enonce (schema {found}). "
                "Install that version."
            ),
            where=where,
            found=found,
        )
