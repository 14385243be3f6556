"""Apertium: rules and dictionaries on this machine, for the gist of a sentence and no more.

Runs the ``apertium`` command twice, because no good pair joins French and English: from French
through Spanish, from English through Catalan. One run takes many sentences as paragraphs of one
HTML page, whose elements come through in place. Nothing leaves the machine. The result is a machine
draft to be revised from end to end, and enters no memory before a person has changed it.
"""

from __future__ import annotations

import html
import os
import re
import signal
import subprocess
from collections.abc import Mapping
from typing import ClassVar

from locales.engines import carrying
from locales.engines.base import Translator
from locales.engines.errors import (
    EngineAnswerError,
    EngineMissingError,
    EngineUnavailableError,
)

MODES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("fr", "en"): ("fr-es", "spa-eng"),
    ("en", "fr"): ("eng-cat", "cat-fra"),
}
"""The two steps of each direction, as ``apertium -l`` names them."""
PACKAGES: Mapping[tuple[str, str], str] = {
    ("fr", "en"): "apertium-fr-es apertium-eng-spa",
    ("en", "fr"): "apertium-eng-cat apertium-fra-cat",
}
"""The Debian packages that bring them."""

PATIENCE = 0.1
"""Seconds that each sentence adds to what a run may take; it takes 0.01 to 0.03 as measured."""

_ASKING = 10
"""Seconds that the command may take to list its modes."""

_PARAGRAPH = re.compile(r'<p id="s-(\d+)">(.*?)</p>', re.DOTALL)


class Apertium(Translator):
    """The ``apertium`` command, or the one that ``ENONCE_APERTIUM_COMMAND`` names."""

    id = "apertium"
    sends_text_to = ""
    needs_key = False
    supports_markup = True
    carrier = carrying.HTML
    limit = 200_000
    batch = 200
    workers = 1
    gist = True
    variables: ClassVar[tuple[str, ...]] = ("COMMAND",)

    def ask(self, texts: list[str], marked: bool) -> list[str]:
        """Translate one page."""
        page = "\n".join(
            f'<p id="s-{place}">{text if marked else html.escape(text, quote=False)}</p>'
            for place, text in enumerate(texts)
        )
        for mode in MODES[self.source, self.target]:
            page = self._run(mode, page, self.setup.timeout + PATIENCE * len(texts))
        found = _PARAGRAPH.findall(page)
        if [int(place) for place, _ in found] != list(range(len(texts))):
            raise EngineAnswerError(self.id, f"{len(found)}/{len(texts)}")
        return [text if marked else html.unescape(text) for _, text in found]

    def _run(self, mode: str, page: str, seconds: float) -> str:
        """Run one step; a whole group of processes is ended where it takes too long."""
        command = self.setup.options.get("COMMAND", "apertium")
        try:
            process = subprocess.Popen(
                [command, "-u", "-f", "html", mode],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                start_new_session=True,
            )
        except OSError as fault:
            raise self._missing() from fault
        with process:
            try:
                out, told = process.communicate(page.encode(), timeout=seconds)
            except subprocess.TimeoutExpired as fault:
                os.killpg(process.pid, signal.SIGKILL)
                raise EngineUnavailableError(self.id, type(fault).__name__) from fault
        if b"does not exist" in told:
            raise self._missing()
        if process.returncode:
            raise EngineUnavailableError(self.id, str(process.returncode))
        return out.decode(errors="replace")

    def _missing(self) -> EngineMissingError:
        return EngineMissingError(
            self.id, f"apertium {PACKAGES[self.source, self.target]} (Debian)"
        )


def installed() -> bool:
    """Say whether the command is here with what it needs for both directions."""
    command = os.environ.get("ENONCE_APERTIUM_COMMAND", "apertium")
    try:
        listed = subprocess.run(
            [command, "-l"], capture_output=True, text=True, check=False, timeout=_ASKING
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    modes = {line.strip() for line in listed.stdout.splitlines()}
    return modes.issuperset(mode for steps in MODES.values() for mode in steps)
