"""How faults of rows are told: a table on a terminal, all of them under ``--json``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows import console
from flows.console import Json, tell, tr

if TYPE_CHECKING:
    from approvals.consultation.responses import BadRow

SHOWN = 20
"""Bad rows that are listed on a terminal; ``--json`` gives all of them."""


def tell_faults(faults: tuple[BadRow, ...]) -> None:
    """List the first faults."""
    rows = [
        (str(one.row) if one.row else tr("headings"), one.column, tr(one.message, **one.data))
        for one in faults[:SHOWN]
    ]
    if rows:
        console.table([tr("Row"), tr("Column"), tr("What is wrong")], rows)
    if len(faults) > SHOWN:
        tell("… and {count} more; --json lists all of them.", count=len(faults) - SHOWN)


def fault_of(one: BadRow) -> dict[str, Json]:
    """Give a fault for a machine."""
    return {"row": one.row, "column": one.column, "message": tr(one.message, **one.data)}
