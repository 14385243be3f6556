"""Says a strict verifier's verdict to a person or to a machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from documents.sealing.verdict import Indication, Verdict
from flows import console
from flows.console import Exit, tell, tr
from flows.editions import Answer, plain_values
from locales.errors import N_

EXITS: Final = {
    Indication.PASSED: Exit.OK,
    Indication.INDETERMINATE: Exit.INDETERMINATE,
    Indication.FAILED: Exit.NOT_VALID,
}

CHECKS: Final[Mapping[str, str]] = {
    "container": N_("Container: can two programs read two documents in it?"),
    "package": N_("Package: the same question of its parts and relationships"),
    "integrity": N_("Integrity: unaltered, and the signatures genuine"),
    "coverage": N_("Coverage: nothing in it that was not signed"),
    "trust": N_("Trust: each certificate goes back to the authority you named"),
    "time": N_("Time: each certificate was valid when it signed"),
}

PLAIN: Final = {
    Indication.PASSED: N_("Genuine: every check passed."),
    Indication.INDETERMINATE: N_("Undecided: nothing is wrong, and not everything can be proven."),
    Indication.FAILED: N_("Not genuine, or not whole: do not rely on this file."),
}


def exit_code(verdict: Verdict) -> Exit:
    """Give the exit code: 0 only where everything passed."""
    return EXITS[verdict.overall]


def show(file: Path, verdict: Verdict, standing: Answer | None = None) -> None:
    """Say the verdict with each of its parts, its reasons and who signed.

    ``standing`` says what has become of the copy in a house.
    """
    if not console.GLOBALS.json:
        sub = f" ({verdict.sub_indication.value})" if verdict.sub_indication else ""
        print(f"{file}: {verdict.overall.value}{sub}")
        print(tr(PLAIN[verdict.overall]))
    rows = [(tr(CHECKS[name]), one.indication.value) for name, one in verdict.checks.items()]
    console.table([tr("Check"), tr("Verdict")], rows)
    for reason in verdict.reasons:
        tell("· {reason}", reason=tr(reason.message, **reason.data))
    for one in verdict.signatures:
        if one.signer:
            tell(
                "Sealed by {signer}, at {when} by its own word.",
                signer=one.signer,
                when=one.signing_time or "–",
            )
        if one.demonstration:
            tell("The seal is a demonstration: it proves nothing outside its installation.")
    if standing is not None:
        tell(standing.message, **standing.data)
    console.answer(
        {
            "file": str(file),
            **verdict.to_json(),
            "standing": plain_values(standing) if standing is not None else None,
        }
    )
