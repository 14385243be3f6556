"""Commands on any bilingual file, without a house: the checks of a translation."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import console
from flows.console import Exit, tell, tr
from locales.errors import N_, LocaleError

if TYPE_CHECKING:
    from locales.checks import Finding, Severities
    from locales.units import TranslationUnit


class PairsFileError(LocaleError):
    """A file does not hold one pair of sentences a line."""


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command(help=tr("Check the translations of any bilingual file; needs no house."))(check)


def check(
    file: Annotated[Path, typer.Argument(help=tr("A source, a tab and its translation a line."))],
    source: Annotated[str, typer.Option("--from", help=tr("Language of the source: fr or en."))],
    target: Annotated[str, typer.Option("--to", help=tr("Language of the translation."))],
    glossary: Annotated[Path | None, typer.Option(help=tr("A glossary (CSV)."))] = None,
    profile: Annotated[str, typer.Option(help=tr("French typography: fr-FR-word, …"))] = "",
    circuit: Annotated[
        Path | None, typer.Option(help=tr("The circuit that says how the checks weigh."))
    ] = None,
) -> None:
    from locales import checks, typography
    from locales.glossary import Glossary

    for option, language in (("--from", source), ("--to", target)):
        if language not in console.LANGUAGES:
            raise typer.BadParameter(tr("fr or en"), param_hint=option)
    if profile and profile not in typography.PROFILES:
        known = ", ".join(typography.PROFILES)
        raise typer.BadParameter(known, param_hint="--profile")
    units = read_pairs(file)
    found = checks.run_document(
        units,
        source,
        target,
        glossary=Glossary.load(glossary) if glossary else None,
        profile=profile or typography.DEFAULT,
        severities=_severities(circuit),
    )
    counts = Counter(one.check for one in found)
    for finding in found:
        tell(
            "Line {line}: {message} ({check})",
            line=finding.paragraph,
            message=_said(finding),
            check=finding.check,
        )
    blocking = sum(one.blocking for one in found)
    tell(
        "Pairs: {pairs}; findings: {findings}, of which blocking: {blocking}.",
        pairs=len(units),
        findings=len(found),
        blocking=blocking,
    )
    console.answer(
        {
            "pairs": len(units),
            "blocking": blocking,
            "counts": dict(sorted(counts.items())),
            "findings": [
                {
                    "line": int(one.paragraph),
                    "check": one.check,
                    "severity": one.severity.value,
                    "message": _said(one),
                    "fix": one.fix,
                }
                for one in found
            ],
        }
    )
    if found:
        raise typer.Exit(int(Exit.REFUSED if blocking else Exit.WARNINGS))


def _severities(circuit: Path | None) -> Severities | None:
    if circuit is None:
        return None
    from approvals import circuits
    from flows import weighing
    from flows.files import read_file

    read = circuits.load(read_file(circuit).decode("utf-8", "replace"))
    return weighing.severities(weighing.require(read).checks)


def _said(finding: Finding) -> str:
    return tr(finding.message, **finding.data)


def read_pairs(file: Path) -> list[TranslationUnit]:
    """Read a file of pairs (UTF-8; empty lines are passed by); its lines number the units.

    Text with inline tags of ours is taken as such, any other text as it stands.
    Raises ``PairsFileError`` naming the line.
    """
    from flows.files import read_file
    from locales import markup
    from locales.units import State, TranslationUnit

    try:
        lines = read_file(file).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as fault:
        raise PairsFileError(
            N_("{file} is not in UTF-8. Save it as text with tabs, in UTF-8."), file=file.name
        ) from fault
    units: list[TranslationUnit] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        cells = line.split("\t")
        if len(cells) < 2:
            raise PairsFileError(
                N_("Line {line} of {file} has no tab. Put the source, a tab, the translation."),
                line=str(number),
                file=file.name,
            )
        one, other = (
            text if markup.well_formed(text) else markup.escape(text) for text in cells[:2]
        )
        units.append(TranslationUnit(str(number), 0, one, other, State.TRANSLATED))
    return units
