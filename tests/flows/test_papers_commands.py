"""The commands on drafters' papers: what they write, say and answer, and with which exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from documents import comments, identity, reader
from documents.comments import Comment
from tests.documents.docx_make import docx

ROOT = Path(__file__).resolve().parents[2]
WHEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
A, B = "Nous formons ensemble des ingénieurs responsables.", "La recherche nous éclaire."


def enonce(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flows", *words, "--lang", "en"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


def written(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def test_two_versions_are_merged_and_conflicts_have_an_exit_code_of_their_own(
    tmp_path: Path,
) -> None:
    base = written(tmp_path, "base.docx", docx(A, B))
    mine = written(tmp_path, "mine.docx", docx(A.replace("ensemble", "ici"), B))
    apart = written(tmp_path, "apart.docx", docx(A, B.replace("nous", "vous")))
    close = written(tmp_path, "close.docx", docx(A.replace("ensemble", "partout"), B))
    out = str(tmp_path / "out.docx")
    done = enonce("merge", base, mine, apart, "-o", out, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["conflicts"], told["taken"]) == ([], 1)
    assert [block.text for block in reader.read(Path(out).read_bytes()).blocks] == [
        A.replace("ensemble", "ici"),
        B.replace("nous", "vous"),
    ]
    done = enonce("merge", base, mine, close, "-o", out)
    assert done.returncode == 3, done.stderr
    assert (
        f"Decide: Both versions changed these words. Yours stand here. The other version has: {A.replace('ensemble', 'partout')}"
        in done.stdout
    )
    assert len(comments.read(Path(out).read_bytes())) == 1
    assert enonce("merge", base, mine, str(tmp_path / "none.docx"), "-o", out).returncode == 4


def test_comments_are_listed_and_a_returned_file_is_read_against_its_draft(tmp_path: Path) -> None:
    sent = identity.stamp(docx(A, B))
    place = reader.read(sent).blocks[0].id
    ids = {block.text: block.id for block in reader.read(sent).blocks}
    note = Comment("a", place, "Pourquoi ?", "Claire Dubois", date=WHEN, span=(5, 12))
    draft = written(tmp_path, "draft.docx", sent)
    back = written(
        tmp_path, "back.docx", comments.write(docx(A, B.replace("nous", "vous")), [note])
    )
    done = enonce("comments", back)
    assert done.returncode == 0, done.stderr
    assert "Pourquoi ?" in done.stdout
    (one,) = json.loads(enonce("comments", back, "--json").stdout)["comments"]
    assert (one["author"], one["quoted"], one["span"]) == ("Claire Dubois", "formons", [5, 12])
    done = enonce("comments", back, "--base", draft, "--json")
    found = json.loads(done.stdout)["proposals"]
    assert [(one["kind"], one["tracked"], one["paragraph"]) for one in found] == [
        ("replacement", False, ids[B]),
        ("comment", True, ids[A]),
    ]
    assert "not tracked" in enonce("comments", back, "--base", draft).stdout
    assert "no comments" in enonce("comments", draft).stdout
    assert "proposes nothing" in enonce("comments", draft, "--base", draft).stdout
