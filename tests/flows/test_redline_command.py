"""Two versions, or two versions in two languages, compared from the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from documents import comments
from tests.documents.docx_make import docx, para

ROOT = Path(__file__).resolve().parents[2]


def enonce(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flows", *words, "--lang", "en"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


def written(folder: Path, language: str, *texts: str) -> str:
    look = f'<w:lang w:val="{language}"/>'
    blocks = [
        para(f"<w:r><w:rPr>{look}</w:rPr><w:t>{text}</w:t></w:r>", id=f"{number:08X}")
        for number, text in enumerate(texts, 1)
    ]
    path = folder / f"{len(list(folder.iterdir()))}.{language}.docx"
    path.write_bytes(docx(*blocks))
    return str(path)


def test_both_languages_are_numbered_alike_in_whatever_order_they_are_given(tmp_path: Path) -> None:
    french = [written(tmp_path, "fr-FR", f"Nous formons {one}.", "Fin.") for one in ("ici", "là")]
    english = [written(tmp_path, "en-GB", f"We teach {one}.", "End.") for one in ("here", "there")]
    for first, second in ((french, english), (english, french)):
        outs = [str(tmp_path / "one.docx"), str(tmp_path / "two.docx")]
        done = enonce(
            *("redline", *first, "-o", outs[0], "--mirror", *second, "-m", outs[1], "--json")
        )
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)["changes"]
        assert [(one["number"], one["fr"], one["en"]) for one in told] == [
            (1, "changed", "changed")
        ]
        said = [comments.read(Path(out).read_bytes())[0].text for out in outs]
        wanted = ["Modification 1", "Change 1"]
        assert said == (wanted if first is french else wanted[::-1])


def test_the_other_language_needs_its_file(tmp_path: Path) -> None:
    pair = [written(tmp_path, "fr-FR", one) for one in ("Un.", "Deux.")]
    done = enonce("redline", *pair, "-o", str(tmp_path / "o.docx"), "--mirror", *pair)
    assert done.returncode == 2
    assert "--mirror-out" in done.stderr
