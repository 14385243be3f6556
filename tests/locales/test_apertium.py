"""Apertium as it is installed, and commands in its place that fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from locales import engines
from locales.engines import Consent, Engine
from locales.engines.apertium import MODES, installed
from locales.engines.errors import (
    EngineAnswerError,
    EngineError,
    EngineMissingError,
    EngineUnavailableError,
)
from locales.engines.ladder import Tags

NOBODY = Consent()


@pytest.fixture(scope="session")
def apertium() -> Engine:
    """The real command with its four packages."""
    listed = ""
    if shutil.which("apertium"):
        done = subprocess.run(["apertium", "-l"], capture_output=True, text=True, check=False)
        listed = done.stdout + done.stderr
    if not all(mode in listed.split() for steps in MODES.values() for mode in steps):
        if os.environ.get("ENONCE_REQUIRE_ALL") == "1":
            pytest.fail("Apertium or one of its four packages is not installed.")
        pytest.skip("Apertium or one of its four packages is not installed.")
    return engines.create("apertium", {})


def stand_in(tmp_path: Path, script: str) -> Engine:
    """A command in Apertium's place."""
    file = tmp_path / "apertium"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o700)
    return Engine("apertium", timeout=2, options={"COMMAND": str(file)})


def test_french_goes_through_spanish_and_english_through_catalan(apertium: Engine) -> None:
    (english,) = apertium.translate(["La maison est grande."], "fr", "en", consent=NOBODY)
    (french,) = apertium.translate(["The house is big."], "en", "fr", consent=NOBODY)
    assert english.text == "The house is big."
    assert french.text == "La maison est grande."


def test_tags_escapes_and_what_apertium_uses_itself_come_through(apertium: Engine) -> None:
    source = 'Le <g id="1">conseil</g> &amp; R&amp;D<x id="2"/> [de] {2021} ^z$ @b c/d &lt;q&gt;'
    (answer,) = apertium.translate([source], "fr", "en", consent=NOBODY)
    assert answer.tags is Tags.CARRIED
    for part in ('<g id="1">', '<x id="2"/>', "R&amp;D", "[", "{2021}", "^z$", "@b", "&lt;q&gt;"):
        assert part in answer.text


def test_many_sentences_take_few_runs_and_keep_their_order(apertium: Engine) -> None:
    texts = [f'<g id="1">L’article</g> {number} est lu' for number in range(400)]
    begun = time.perf_counter()
    answers = apertium.translate(texts, "fr", "en", consent=NOBODY)
    assert time.perf_counter() - begun < 20
    for number, answer in enumerate(answers):
        assert str(number) in answer.text.split()
        assert answer.tags is Tags.CARRIED


def test_apertium_sends_nothing_anywhere_and_is_for_the_gist() -> None:
    assert engines.create("apertium", {}).translator.sends_text_to == ""
    assert engines.gist("apertium")
    assert not engines.gist("deepl")
    assert not engines.gist("nobody")


@pytest.mark.parametrize("source", ["fr", "en"])
def test_what_is_missing_is_named(tmp_path: Path, source: str) -> None:
    target = "en" if source == "fr" else "fr"
    absent = Engine("apertium", options={"COMMAND": str(tmp_path / "none")})
    other = stand_in(tmp_path, 'echo "Error: Mode $5 does not exist." >&2; exit 1')
    for engine in (absent, other):
        with pytest.raises(EngineMissingError, match="Install apertium apertium-"):
            engine.translate(["Oui."], source, target, consent=NOBODY)


FAULTS: dict[str, tuple[str, type[EngineError]]] = {
    "it stops with an error": ("cat >/dev/null; exit 3", EngineUnavailableError),
    "it says nothing": ("cat >/dev/null", EngineAnswerError),
    "it loses a sentence": ("head -n 1", EngineAnswerError),
    "it never ends": ("sleep 100 | cat", EngineUnavailableError),
    "it does not read": ("exit 1", EngineUnavailableError),
}


@pytest.mark.parametrize(("script", "error"), FAULTS.values(), ids=FAULTS.keys())
def test_a_process_that_fails_is_one_of_our_errors(
    tmp_path: Path, script: str, error: type[EngineError]
) -> None:
    with pytest.raises(error):
        stand_in(tmp_path, script).translate(["Oui.", "Non."], "fr", "en", consent=NOBODY)


def test_whether_it_is_installed_is_asked_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = tmp_path / "apertium"
    listed = [mode for steps in MODES.values() for mode in steps]
    for modes, wanted in ((listed, True), (listed[1:], False)):
        command.write_text("#!/bin/sh\n" + "".join(f"echo '  {mode}'\n" for mode in modes))
        command.chmod(0o755)
        monkeypatch.setenv("ENONCE_APERTIUM_COMMAND", str(command))
        assert installed() is wanted
    monkeypatch.setenv("ENONCE_APERTIUM_COMMAND", str(tmp_path / "none"))
    assert not installed()
