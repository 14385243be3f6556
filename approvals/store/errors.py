"""What may go wrong with the database itself. In every case nothing was written."""

from __future__ import annotations

from approvals.errors import N_, ApprovalError


class DatabaseError(ApprovalError):
    """Base: the database refused; nothing was written."""


class DatabaseFullError(DatabaseError):
    """There is no room left for the ledger; the same act goes through once there is."""

    def __init__(self, where: str) -> None:
        super().__init__(
            N_(
                "There is no room left for the ledger in {where}; nothing was written. Free space "
                "on the disk and try again."
            ),
            where=where,
        )


class DatabaseReadOnlyError(DatabaseError):
    """This process may not write where the ledger is."""

    def __init__(self, where: str) -> None:
        super().__init__(
            N_(
                "The ledger in {where} cannot be written to; nothing was written. Give this "
                "account the right to write to the file and to its folder."
            ),
            where=where,
        )


class DatabaseBusyError(DatabaseError):
    """Something else holds the database for longer than anybody waits."""

    def __init__(self, where: str) -> None:
        super().__init__(
            N_(
                "Another program keeps the ledger in {where} locked; nothing was written. Close "
                "it and try again."
            ),
            where=where,
        )


class DatabaseDamagedError(DatabaseError):
    """The file is no longer what the database wrote."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(
            N_(
                "The ledger in {where} is damaged ({reason}). Keep the file as it is and restore "
                "the last backup beside it."
            ),
            where=where,
            reason=reason,
        )


class DatabaseUnavailableError(DatabaseError):
    """The database cannot be reached, read or written."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(
            N_("The ledger in {where} cannot be used ({reason}); nothing was written."),
            where=where,
            reason=reason,
        )


class DriverMissingError(DatabaseError):
    """There is no driver for the kind of database that the settings name."""

    def __init__(self, where: str) -> None:
        super().__init__(
            N_(
                "There is no driver for the database {where}. For PostgreSQL install "
                "enonce[postgres]; otherwise correct database_url."
            ),
            where=where,
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


class BackupExistsError(DatabaseError):
    """The backup's file is there already; a backup is never written over another."""

    def __init__(self, target: str) -> None:
        super().__init__(
            N_("There is a file at {target} already. Give the backup another name."), target=target
        )


class BackupElsewhereError(DatabaseError):
    """The database has its own way of being backed up."""

    def __init__(self, where: str) -> None:
        super().__init__(
            N_("{where} is a PostgreSQL database. Back it up with pg_dump."), where=where
        )


class NameTooLongError(DatabaseError):
    """A name or a key does not fit into its column."""

    def __init__(self, found: int, most: int) -> None:
        super().__init__(
            N_(
                "This name or key has {found} characters; at most {most} can be kept. Choose a "
                "shorter one."
            ),
            found=found,
            most=most,
        )


REFUSED = (BackupExistsError, BackupElsewhereError, NameTooLongError)
"""What the database did well to refuse, and refuses again: no fault of its own."""
