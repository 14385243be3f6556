"""LibreOffice as a judge of comments: what it shows where, read from its own format."""

from __future__ import annotations

import subprocess
from pathlib import Path

from lxml import etree


def converted(soffice: str, file: Path, kind: str) -> bytes:
    folder = file.parent / "converted"
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation=file://{file.parent}/profile",
            "--headless",
            "--convert-to",
            {"docx": "docx:MS Word 2007 XML"}.get(kind, kind),
            "--outdir",
            str(folder),
            str(file),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    return (folder / f"{file.stem}.{kind}").read_bytes()


def annotations(soffice: str, file: Path) -> list[tuple[str, str, str, str, bool, str]]:
    """What LibreOffice shows: author, initials, date, text, resolved, words."""
    root = etree.fromstring(converted(soffice, file, "fodt"))
    office = f"{{{root.nsmap['office']}}}"
    name = f"{office}name"
    words: dict[str, str] = {}
    found: dict[str, tuple[str, str, str, str, bool]] = {}
    for event, node in etree.iterwalk(root.find(f"{office}body"), events=("start", "end")):
        if node.tag == f"{office}annotation" and event == "start":
            inside = {etree.QName(child).localname: child.text for child in node}
            lines = ["".join(child.itertext()) for child in node if child.tag.endswith("}p")]
            resolved = any(
                key.endswith("resolved") and value == "true" for key, value in node.items()
            )
            found[node.get(name)] = (
                inside["creator"],
                inside["creator-initials"],
                inside["date"],
                "\n".join(lines),
                resolved,
            )
    for number in found:
        words[number] = between(root, office, number)
    return [(*said, words[number]) for number, said in found.items()]


def between(root: etree._Element, office: str, number: str) -> str:
    """The text from an annotation to its end."""
    text: list[str] = []
    inside = False
    for event, node in etree.iterwalk(root.find(f"{office}body"), events=("start", "end")):
        mine = node.get(f"{office}name") == number
        note = next(node.iterancestors(f"{office}annotation"), None) is not None
        if event == "end" and node.tag == f"{office}annotation":
            inside = inside or mine
        if mine and node.tag == f"{office}annotation-end":
            return "".join(text)
        if inside and not note:
            said = node.text if event == "start" else node.tail
            skipped = event == "start" and node.tag == f"{office}annotation"
            text.append("" if skipped else said or "")
    return ""
