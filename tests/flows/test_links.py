"""Documents beside a text, by command: what is taken, what is refused, what is given out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from documents.vault import Vault
from flows import links
from flows.house import House
from tests.flows.commands import done
from tests.flows.houses import small_docx, submit

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def test_a_document_is_linked_listed_and_given_out(
    home: Path, house: House, tmp_path: Path
) -> None:
    submit(house, "shown")
    word, pdf = tmp_path / "Exposé des motifs.docx", tmp_path / "axes.pdf"
    word.write_bytes(small_docx("Pourquoi cette raison d’être."))
    pdf.write_bytes(PDF)
    drafter = ("--as", "delmas", "--lang", "en")
    first = done(
        home, "link", "shown", str(word), "--kind", "explanation", "--language", "fr",
        "--title-fr", "Exposé des motifs", "--title-en", "Explanation", *drafter,
    )  # fmt: skip
    assert first.returncode == 0, first.stderr
    assert "Exposé des motifs.docx lies beside shown now." in first.stdout
    second = done(home, "link", "shown", str(pdf), "--kind", "axes", *drafter)
    assert second.returncode == 0, second.stderr
    listed = json.loads(done(home, "link", "shown", "--json").stdout)
    assert [(one["kind"], one["language"], one["name"]) for one in listed["links"]] == [
        ("explanation", "fr", "Exposé des motifs.docx"),
        ("axes", None, "axes.pdf"),
    ]
    assert json.loads(done(home, "status", "shown", "--json").stdout)["links"] == listed["links"]
    out = tmp_path / "out"
    assert done(home, "export", "shown", "-o", str(out)).returncode == 0
    assert (out / "linked" / "axes.pdf").read_bytes() == PDF
    assert (out / "linked" / word.name).read_bytes() == word.read_bytes()


REFUSED = {
    "no Word file and no PDF": ("axes.odt", b"PK", "neither a Word file"),
    "a PDF by name only": ("axes.pdf", b"MZ", "neither a Word file"),
    "a broken Word file": ("axes.docx", b"PK\x03\x04", "was not taken in"),
    "a name that leads out of its folder": ("..pdf", PDF, "cannot be one everywhere"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_linked_is_refused_and_not_kept(
    home: Path, house: House, tmp_path: Path, case: str
) -> None:
    submit(house, "shown")
    name, data, said = REFUSED[case]
    (tmp_path / name).write_bytes(data)
    before = kept(house.vault)
    told = done(home, "link", "shown", str(tmp_path / name), "--as", "delmas", "--lang", "en")
    assert told.returncode == 4
    assert said in told.stderr
    assert kept(house.vault) == before
    assert links.files(house, house.dossier("shown")) == {}


def kept(vault: Vault) -> int:
    return sum(1 for _ in vault.digests())


def test_a_french_sentence_refuses_in_french(home: Path, house: House, tmp_path: Path) -> None:
    submit(house, "shown")
    (tmp_path / "axes.odt").write_bytes(b"PK")
    told = done(home, "link", "shown", str(tmp_path / "axes.odt"), "--as", "delmas", "--lang", "fr")
    assert "n’est ni un fichier Word (.docx) ni un PDF" in told.stderr
