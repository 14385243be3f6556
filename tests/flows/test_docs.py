"""Documentation is held to the code: every command, option anywhere, exit code and setting is in it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows.console import Exit
from flows.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def help_of(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "flows", *words, "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return done.stdout


def commands() -> list[str]:
    lines = help_of().partition("Commands:")[2].splitlines()
    return [match[1] for line in lines if (match := re.match(r"  ([a-z-]+)  ", line))]


def test_every_command_is_in_the_documentation_and_every_documented_one_exists():
    documented = set(
        re.findall(r"^\| `enonce ([a-z-]+)", (ROOT / "docs/commands.md").read_text(), re.M)
    )
    assert documented == set(commands())


def test_the_commands_that_the_readme_shows_exist():
    shown = set(re.findall(r"^enonce ([a-z-]+)", (ROOT / "README.md").read_text(), re.M))
    assert shown
    assert shown <= set(commands())


def test_every_test_that_the_page_on_reliability_names_is_there():
    page = (ROOT / "docs/desk/reliability.md").read_text()
    named = set(re.findall(r"`(tests/[\w/.]+\.py)`", page))
    assert len(named) > 20
    assert [one for one in named if not (ROOT / one).exists()] == []


@pytest.mark.parametrize("code", list(Exit))
def test_every_exit_code_is_documented(code):
    assert f"| {int(code)} |" in (ROOT / "docs/commands.md").read_text()


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_documented(name):
    assert f"| `{name}` |" in (ROOT / "docs/settings.md").read_text()
