"""Every sentence that a person can see goes through the catalogues: none escapes as a bare literal."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("flows", "documents", "locales", "approvals")
MARKED = frozenset({"N_", "say", "tr", "tell", "warn", "plural"})
"""Calls that translate, or mark for it, what they are given."""

SHOWN = frozenset({"print", "echo", "secho", "table", "BadParameter", "print_exception"})
"""Calls whose words reach a person as they are."""

NAMED = frozenset({"help", "epilog", "short_help", "prompt", "title", "param_hint"})
"""Arguments of the command line's own calls that a person reads."""

OURS = "enonce"
"""The name of the command, which is the same in every language."""

WORD = re.compile(r"[^\W\d_]{2,}")
TOKEN = re.compile(r"-?-?[\w.:/=|,… -]*\Z")


def name(call: ast.Call) -> str:
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def literals(node: ast.AST) -> Iterator[str]:
    """The words in an expression that nothing translates."""
    if isinstance(node, ast.Call):
        if name(node) in MARKED:
            return
        for part in (*node.args, *(one.value for one in node.keywords)):
            yield from literals(part)
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            if isinstance(part, ast.Constant):
                yield from literals(part)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str) and WORD.search(node.value.replace(OURS, "")):
            yield node.value
    elif isinstance(node, (ast.List, ast.Tuple, ast.IfExp, ast.BinOp, ast.Starred)):
        for part in ast.iter_child_nodes(node):
            yield from literals(part)


def errors(trees: dict[Path, ast.Module]) -> set[str]:
    """The classes of error that carry a sentence: those that descend from the three bases."""
    known = {"DocumentError", "LocaleError", "ApprovalError"}
    classes = [
        node
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and not any(getattr(one, "name", "") == "__init__" for one in node.body)
    ]
    while True:
        more = {
            node.name
            for node in classes
            if any(getattr(base, "id", "") in known for base in node.bases)
        }
        if more <= known:
            return known
        known |= more


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    return {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    }


def escaped(trees: dict[Path, ast.Module]) -> Iterator[str]:
    kinds = errors(trees)
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = name(node)
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            words: list[str] = []
            if path.is_relative_to(ROOT / "flows") and called in SHOWN:
                words += [one for part in node.args for one in literals(part)]
            if path.is_relative_to(ROOT / "flows" / "commands") or path.name == "cli.py":
                words += [
                    one
                    for keyword in node.keywords
                    if keyword.arg in NAMED
                    for one in literals(keyword.value)
                    if keyword.arg != "param_hint" or not TOKEN.match(one)
                ]
            if called in kinds:
                words += [one for part in node.args for one in literals(part) if " " in one.strip()]
            yield from (f"{where}: {one!r}" for one in words)


def test_no_sentence_escapes_the_catalogues(trees: dict[Path, ast.Module]) -> None:
    assert sorted(escaped(trees)) == []


FOUND = {
    "a help text": 'typer.Option(help="The dossier.")',
    "a printed word": 'print("Done.")',
    "a heading of a table": 'console.table(["Number", tr("Text")], rows)',
    "a formatted line": 'print(f"Done: {count}")',
    "an error": 'LocaleError("There is no file.")',
}
PASSED = {
    "a help text": 'typer.Option(help=tr("The dossier."))',
    "a formatted value": 'print(f"{file}: {value} %")',
    "a marked error": 'LocaleError(N_("There is no file."))',
}


@pytest.mark.parametrize("line", FOUND.values(), ids=FOUND.keys())
def test_an_escaped_sentence_is_found(line: str) -> None:
    assert list(escaped({ROOT / "flows" / "commands" / "x.py": ast.parse(line)}))


@pytest.mark.parametrize("line", PASSED.values(), ids=PASSED.keys())
def test_a_marked_sentence_is_none(line: str) -> None:
    assert not list(escaped({ROOT / "flows" / "commands" / "x.py": ast.parse(line)}))
