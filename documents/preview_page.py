"""A preview as a page of its own: one HTML file that fetches nothing and runs nothing.

The stylesheet (``preview.css``) stands in the page, and a content security policy lets that
stylesheet in and nothing else. The desk does not use this module: it has a page and a stylesheet of
its own and takes ``preview`` or ``preview_pair`` as they come.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path

from documents.errors import N_
from documents.html import Html, element, join
from documents.preview import Preview
from documents.preview_pair import Pair
from documents.preview_scene import Change, ChangeKind, Say, in_english, told

_SILENT = {ChangeKind.FORMATTED}


def page(seen: Preview | Pair, *, name: str, language: str, say: Say = in_english) -> str:
    """The page, as text to be written in UTF-8; ``language`` is that of ``say``.

    Previews made for it have their highest heading at level 2.
    """
    title = seen.title or name
    header = element(
        "header",
        {"class": "top"},
        element("h1", {}, say(N_("Preview of {name}"), name=name)),
        element("p", {}, _summary(seen, say)),
    )
    inside = join((header, seen.html, _changes(seen, say)))
    wide = "sheet wide" if isinstance(seen, Pair) else "sheet"
    style, digest = _stylesheet()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{join((title,))}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<main class="{wide}">{inside}</main>\n</body>\n</html>\n'
    )


@cache
def _stylesheet() -> tuple[str, str]:
    """The stylesheet and its SHA-256 as a content security policy writes it."""
    style = Path(__file__).with_name("preview.css").read_text(encoding="utf-8")
    return style, base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _summary(seen: Preview | Pair, say: Say) -> str:
    if isinstance(seen, Pair):
        alone = sum(1 for row in seen.rows if row.source is None or row.target is None)
        return say(
            N_("Paragraphs: {count}; in one edition only: {alone}."),
            count=len(seen.rows),
            alone=alone,
        )
    cited = sum(1 for entry in seen.entries if entry.number is not None)
    return say(
        N_("Numbered paragraphs: {count}; tracked changes: {changes}."),
        count=cited,
        changes=len(seen.changes),
    )


def _changes(seen: Preview | Pair, say: Say) -> Html:
    if isinstance(seen, Preview):
        parts = [_list(seen.changes, seen.language, "", say)]
    else:
        sides = zip(seen.changes, seen.languages, ("s-", "t-"), strict=True)
        parts = [_list(changes, language, prefix, say) for changes, language, prefix in sides]
    if not any(parts):
        return Html("")
    heading = element("h2", {"id": "changes"}, say(N_("Tracked changes")))
    return element("section", {"class": "changes", "aria-labelledby": "changes"}, heading, *parts)


def _list(changes: Sequence[Change], language: str, prefix: str, say: Say) -> Html:
    if not changes:
        return Html("")
    items = []
    for change in changes:
        place = element(
            "a",
            {
                "href": f"#{prefix}change-{change.number}",
                "aria-label": say(N_("Change {number}"), number=change.number),
            },
            str(change.number),
        )
        words: list[Html | str] = []
        if change.removed:
            words += [element("del", {"lang": language or None}, change.removed), " "]
        if change.added:
            tag = "ins" if set(change.kinds) - _SILENT else "span"
            words.append(element(tag, {"lang": language or None}, change.added))
        about = [told(say, kind, change.author, change.date) for kind in change.kinds]
        if change.move:
            about.append(say(N_("Move {number}"), number=change.move))
        lines = (element("p", {}, line) for line in about)
        inside = element("div", {}, element("p", {}, *words), *lines)
        items.append(element("li", {}, place, inside))
    return element("ol", {}, *items)
