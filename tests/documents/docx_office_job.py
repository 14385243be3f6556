"""Runs under the system's Python with ``uno``: a job for LibreOffice, told and answered in JSON.

The job on standard input is a list of ``{"path": …, "do": "accept" | "reject" | "read"}``; the
answer is a list of the texts, a list of paragraphs for each file: those of the body with tables in
their place between ``[`` and ``]``, then those of footnotes and endnotes after ``--``. With
``"looks": true`` each paragraph is followed by how it and its words look.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


def main() -> None:
    profile, pipe = sys.argv[1:3]
    office = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation=file://{profile}",
            "--headless",
            "--norestore",
            "--nologo",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    desktop = None
    try:
        context = _connect(pipe, office)
        desktop = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", context
        )
        dispatcher = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.DispatchHelper", context
        )
        answers = [_do(desktop, dispatcher, job) for job in json.load(sys.stdin)]
        json.dump(answers, sys.stdout)
    finally:
        try:
            if desktop is not None:
                desktop.terminate()
            office.wait(20)
        except Exception:
            office.kill()


def _connect(pipe: str, office: subprocess.Popen[bytes]) -> object:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    limit = time.monotonic() + 60
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > limit or office.poll() is not None:
                raise
            time.sleep(0.2)


def _property(name: str, value: object) -> PropertyValue:
    found = PropertyValue()
    found.Name, found.Value = name, value
    return found


def _do(desktop: object, dispatcher: object, job: dict[str, str]) -> list[str]:
    document = desktop.loadComponentFromURL(
        f"file://{job['path']}", "_blank", 0, (_property("Hidden", True),)
    )
    try:
        commands = {
            "accept": ".uno:AcceptAllTrackedChanges",
            "reject": ".uno:RejectAllTrackedChanges",
        }
        if job["do"] in commands:
            frame = document.CurrentController.Frame
            dispatcher.executeDispatch(frame, commands[job["do"]], "", 0, ())
        looks = bool(job.get("looks"))
        lines = list(_lines(document.Text, looks))
        for notes in (document.Footnotes, document.Endnotes):
            for index in range(notes.Count):
                lines.append("--")
                lines.extend(_lines(notes.getByIndex(index), looks))
        return lines
    finally:
        document.close(True)


_PARAGRAPH = (
    *("ParaStyleName", "ParaAdjust", "ParaLeftMargin", "ParaFirstLineIndent", "ParaTopMargin"),
    *("NumberingLevel", "ListLabelString"),
)
_WORDS = (
    *("CharWeight", "CharPosture", "CharUnderline", "CharStrikeout", "CharColor", "CharHeight"),
    *("CharFontName", "CharStyleName", "CharEscapement", "CharCaseMap"),
)


def _lines(text: object, looks: bool):
    blocks = text.createEnumeration()
    while blocks.hasMoreElements():
        block = blocks.nextElement()
        if block.supportsService("com.sun.star.text.TextTable"):
            yield "["
            for name in block.CellNames:
                yield from _lines(block.getCellByName(name), looks)
            yield "]"
            continue
        yield block.String
        if looks:
            yield f"  {_values(block, _PARAGRAPH)}"
            yield from (f"  {text!r} {look}" for text, look in _runs(block))


def _values(thing: object, names: tuple[str, ...]) -> list[str]:
    known = thing.PropertySetInfo
    found = []
    for name in names:
        value = thing.getPropertyValue(name) if known.hasPropertyByName(name) else None
        found.append(str(getattr(value, "value", value)))
    return found


def _runs(paragraph: object) -> list[tuple[str, list[str]]]:
    """Neighbouring text portions of one look as one; what is no text by its kind."""
    found: list[tuple[str, list[str]]] = []
    portions = paragraph.createEnumeration()
    while portions.hasMoreElements():
        portion = portions.nextElement()
        kind = portion.TextPortionType
        if kind in ("Bookmark", "SoftPageBreak", "Redline", "Annotation", "AnnotationEnd"):
            continue
        look = _values(portion, _WORDS)
        said = portion.String if kind == "Text" else f"<{kind}>"
        if not said:
            continue
        if found and found[-1][1] == look:
            found[-1] = (found[-1][0] + said, look)
        else:
            found.append((said, look))
    return found


main()
