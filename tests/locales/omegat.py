"""OmegaT in console mode: a project with one file, translated from a memory, as a person would."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from locales import markup
from tests.conftest import missing

JAR = Path("/usr/share/omegat/OmegaT.jar")
SECONDS = 120
PROJECT = (
    '<omegat><project version="1.0"><source_dir>__DEFAULT__</source_dir>'
    "<target_dir>__DEFAULT__</target_dir><tm_dir>__DEFAULT__</tm_dir>"
    "<glossary_dir>__DEFAULT__</glossary_dir><dictionary_dir>__DEFAULT__</dictionary_dir>"
    "<source_lang>{0}</source_lang><target_lang>{1}</target_lang>"
    "<sentence_seg>false</sentence_seg>"
    "<support_default_translations>true</support_default_translations>"
    "<remove_tags>false</remove_tags></project></omegat>"
)
MEMORY = (
    '<tmx version="1.4"><header creationtool="t" creationtoolversion="1" segtype="sentence" '
    'o-tmf="t" adminlang="en" srclang="{0}" datatype="plaintext"/><body>{1}</body></tmx>'
)
PAIR = '<tu><tuv xml:lang="{}"><seg>{}</seg></tuv><tuv xml:lang="{}"><seg>{}</seg></tuv></tu>'


def translate(
    folder: Path, data: bytes, known: Mapping[str, str], languages: tuple[str, str]
) -> bytes:
    """Translate one XLIFF file with the pairs of sentences that OmegaT knows.

    OmegaT shows a tag by its first letter and its place from 0, as text of the sentence.
    """
    java = shutil.which("java")
    if java is None or not JAR.is_file():
        missing("OmegaT (Debian: omegat) is not installed")
    assert java
    for name in ("source", "target", "tm/auto", "glossary", "dictionary", "omegat"):
        (folder / name).mkdir(parents=True)
    (folder / "omegat.project").write_text(PROJECT.format(*languages))
    (folder / "source" / "a.xlf").write_bytes(data)
    pairs = "".join(
        PAIR.format(languages[0], markup.escape(one), languages[1], markup.escape(other))
        for one, other in known.items()
    )
    memory = MEMORY.format(languages[0], pairs)
    (folder / "tm" / "auto" / "known.tmx").write_text(memory, encoding="utf-8")
    subprocess.run(
        [
            java,
            f"-Duser.home={folder}",
            "-Djava.awt.headless=true",
            "-jar",
            str(JAR),
            str(folder),
            "--mode=console-translate",
        ],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    return (folder / "target" / "a.xlf").read_bytes()
