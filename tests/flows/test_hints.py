"""Refusals hold at every door; the commands that go on stand in one table, which is held to the code."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from approvals.desk.mail import wording
from approvals.errors import GuardError, UnknownDossierError, WrongStateError
from approvals.handlers import consultation
from flows import cli, hints
from flows.usage import Group, Usage
from locales import extract

ROOT = Path(__file__).resolve().parents[2]

ONLY_IN_A_TERMINAL = {
    "approvals/desk/auth/errors.py": (1, "the first code is printed where the house was opened"),
    "approvals/desk/templates/firstrun.html": (2, "nobody can sign in yet"),
    "approvals/desk/templates/admin_ledger.html": (1, "a house is restored while it is closed"),
    "approvals/desk/templates/admin_mail.html": (1, "why a webhook failed is in no page"),
    "flows/cli.py": (1, "the command line's own help"),
    "flows/console.py": (1, "who acts is signed in everywhere else"),
    "flows/demo.py": (1, "run from a terminal alone"),
    "flows/deployments.py": (1, "Prefect is looked after in a terminal"),
    "flows/doctor.py": (2, "run from a terminal alone"),
    "flows/hints.py": (5, "the table itself"),
    "flows/house.py": (2, "without a house there is no other door"),
    "flows/serve.py": (2, "said before the desk is open"),
    "flows/service.py": (1, "said after an act of the command line"),
    "flows/settings.py": (2, "describes what a command does"),
    "flows/showing.py": (1, "what commands print"),
    "flows/translate_file.py": (1, "the command of one file, which no page has"),
    "flows/usage.py": (1, "the command line's own help"),
    "flows/worker_run.py": (3, "Prefect’s workers are started in a terminal"),
}
"""By file, how many sentences may name a command or an option, and why."""

READERS = {".py": extract.sentences, ".html": extract.template_sentences}

NAMES_ONE = re.compile(r"“enonce |(?<![\w-])--[a-z]")


Commands = Mapping[tuple[str, ...], Any]


def groups(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command by its words, without ``enonce``."""
    for name, one in getattr(command, "commands", {}).items():
        yield (*words, name), one
        yield from groups(one, (*words, name))


@pytest.fixture(scope="module")
def line() -> Usage:
    made = typer.Typer(cls=Group)
    for name in cli.ROOMS:
        import_module(f"flows.commands.{name}").register(made)
    return Usage(made)


@pytest.fixture(scope="module")
def commands(line: Usage) -> Commands:
    return dict(groups(line.command))


def unknown(commands: Commands, line: str, more: Sequence[str] = ()) -> list[str]:
    """What of a command line, and of options said beside it, does not exist; a word too many too."""
    first, *words = line.split()
    assert first == "enonce"
    named: tuple[str, ...] = ()
    while words and (*named, words[0]) in commands:
        named = (*named, words.pop(0))
    found = commands.get(named)
    if found is None or hasattr(found, "commands"):
        return [line]
    params = found.params
    options = {name: one for one in params for name in one.opts if name.startswith("-")}
    places = sum(one.nargs if one.nargs > 0 else 99 for one in params if one.opts == [one.name])
    asked = [word for word in words if word.startswith("--")]
    plain = len([word for word in words if not word.startswith("--")]) - sum(
        not options[word].is_flag for word in asked if word in options
    )
    wrong = [one for one in (*asked, *more) if one not in options]
    return wrong if plain <= places else [*wrong, line]


def test_every_guard_of_the_table_exists() -> None:
    sources = "".join(
        file.read_text("utf-8")
        for package in ("approvals", "flows")
        for file in (ROOT / package).rglob("*.py")
        if file.name != "hints.py"
    )
    acts = {f"consultation:{act}" for act in consultation.ALLOWED}
    strange = [
        one
        for one in hints.HINTS
        if one not in acts and f'"{one}"' not in sources and f"class {one}(" not in sources
    ]
    assert strange == []


@pytest.mark.parametrize("guard", hints.HINTS)
def test_every_command_of_the_table_exists_with_its_options(guard: str, commands: Commands) -> None:
    one = hints.HINTS[guard]
    beside = re.findall(r"--[a-z-]+", one.sentence)
    assert unknown(commands, one.command, beside) == []
    others = re.findall(r"“(enonce [^”]+)”", one.sentence)
    assert [bad for other in others for bad in unknown(commands, other)] == []


def test_a_command_that_does_not_exist_is_found(commands: Commands) -> None:
    assert unknown(commands, "enonce certify-erratum {dossier}") == [
        "enonce certify-erratum {dossier}"
    ]
    assert unknown(commands, "enonce recall {dossier} --why TEXT")[0] == "--why"
    assert unknown(commands, "enonce recall {dossier} more") == ["enonce recall {dossier} more"]
    assert unknown(commands, "enonce recall {dossier}", ["--secret"]) == ["--secret"]


@pytest.mark.parametrize("act", wording.COMMANDS)
def test_every_command_in_a_mail_exists(act: str, commands: Commands) -> None:
    assert unknown(commands, wording.COMMANDS[act]) == []


def test_no_sentence_that_reaches_a_page_or_a_program_names_a_command() -> None:
    naming = Counter(
        file.relative_to(ROOT).as_posix()
        for package in extract.PACKAGES
        for file in (ROOT / package).rglob("*.*")
        if file.suffix in READERS and NAMES_ONE.search(text := file.read_text("utf-8"))
        for sentence, many in READERS[file.suffix](text)
        if NAMES_ONE.search(f"{sentence} {many or ''}")
    )
    of_commands = {file for file in naming if file.startswith("flows/commands/")}
    assert {file: number for file, number in naming.items() if file not in of_commands} == {
        file: number for file, (number, _) in ONLY_IN_A_TERMINAL.items()
    }


def said(error: Exception, guard: str, **typed: object) -> str | None:
    return hints.hint(error, guard, lambda: typed)


def test_a_hint_takes_its_fields_from_the_refusal_first_and_then_from_what_was_typed() -> None:
    ordered = GuardError("withdraw:ordered", "…", dossier="charter")
    assert said(ordered, ordered.guard, dossier="another") == "“enonce withdraw charter” does it."
    reason = GuardError("recall:reason", "…")
    assert (
        said(reason, reason.guard, dossier="charter")
        == "“enonce recall charter --reason TEXT” gives the reason."
    )


def test_a_hint_that_cannot_be_filled_is_left_out() -> None:
    reason = GuardError("recall:reason", "…")
    assert said(reason, reason.guard) is None
    assert said(reason, reason.guard, dossier=None) is None


def test_what_has_no_hint_has_none_and_what_has_no_guard_is_found_by_its_class() -> None:
    assert said(GuardError("vote:twice", "…"), "vote:twice", dossier="charter") is None
    assert said(UnknownDossierError("…", dossier="x"), "UnknownDossierError") == (
        "“enonce status” shows it."
    )
    late = WrongStateError("state:vote", "…", dossier="charter")
    assert said(late, late.guard) == "“enonce status charter” says what comes next."


def test_what_was_typed_is_read_without_running_it(line: Usage) -> None:
    assert line.typed(["recall", "charter"])["dossier"] == "charter"
    assert line.typed(["quote", "drop", "charter", "one"])["dossier"] == "charter"
    assert line.typed(["submit", "x.docx", "--dossier", "charter"])["dossier"] == "charter"
    assert line.typed(["quote"]) == line.typed(["nothing"]) == line.typed([]) == {}


def test_a_person_reads_the_command_behind_the_refusal(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["--home", str(home), "--lang", "en", "status", "nothing"]) == 4
    assert capsys.readouterr().err == (
        "enonce: There is no dossier nothing. The list of dossiers names those that there are. "
        "“enonce status” shows it.\n"
    )
    assert cli.run(["--home", str(home), "--lang", "fr", "status", "nothing"]) == 4
    assert "«\N{NO-BREAK SPACE}enonce status\N{NO-BREAK SPACE}» l’affiche." in (
        capsys.readouterr().err
    )


def test_a_program_finds_it_beside_the_refusal(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["--home", str(home), "--lang", "en", "--json", "status", "nothing"]) == 4
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["guard"] == "UnknownDossierError"
    assert error["hint"] == "“enonce status” shows it."
    assert "enonce" not in error["message"]
