"""Says a strict verifier's verdict to a person or to a machine."""

from __future__ import annotations

from documents.sealing.verdict import Indication, Verdict

from flows.console import Exit

EXITS = {
    Indication.PASSED: Exit.OK,
    Indication.INDETERMINATE: Exit.INDETERMINATE,
    Indication.FAILED: Exit.NOT_VALID,
}


def exit_code(verdict: Verdict) -> Exit:
    """Give the exit code: 0 only where everything passed."""
    return EXITS[verdict.overall]
