"""Tags as people read and type them: ``{1}words{/1}`` around words, ``{2/}`` for what stands alone.

``locales.markup`` has the notation of the files. A brace that is no tag is typed as it is; where
one would read as a tag, each of the row is typed twice.
"""

from __future__ import annotations

import re

from approvals.errors import N_, ApprovalError
from locales import markup
from locales.markup import TaggedText

_NAME = r"(?:/\d{1,6}|\d{1,6}/?)\}"
_LIKE_A_TAG = re.compile(rf"\{{+(?={_NAME})")
_BEFORE_A_TAG = re.compile(rf"\{{+(?={_NAME}|\Z)")
_TYPED = re.compile(rf"(\{{+)({_NAME})")


class TypedTagError(ApprovalError):
    """A tag was typed that is opened or closed at the wrong place."""


def shown(text: TaggedText) -> str:
    """Give a tagged text as people type it."""
    if "<" not in text and "{" not in text:
        return markup.unescape(text)
    out: list[str] = []
    opened: list[str] = []
    done = 0
    for match in markup.TAG.finditer(text):
        out.append(_plain(text[done : match.start()], _BEFORE_A_TAG))
        done = match.end()
        start, _, alone = match.groups()
        if start:
            opened.append(start)
            out.append(f"{{{start}}}")
        elif alone:
            out.append(f"{{{alone}/}}")
        else:
            out.append(f"{{/{opened.pop() if opened else ''}}}")
    out.append(_plain(text[done:]))
    return "".join(out)


def _plain(text: TaggedText, row: re.Pattern[str] = _LIKE_A_TAG) -> str:
    return row.sub(lambda match: match.group() * 2, markup.unescape(text))


def words(typed: str) -> str:
    """Give what is typed without its tags, to name a paragraph by its first words."""
    alone = re.sub(r"\{\d{1,6}/\}", " ", typed)
    return " ".join(re.sub(r"\{/?\d{1,6}\}", "", alone).split())


def read(typed: str) -> TaggedText:
    """Make tagged text of what was typed, white space around it and line breaks evened out.

    Raises ``TypedTagError`` where a tag is not closed, or closed without having been opened;
    whether all tags of the source are there is for the checks.
    """
    text = " ".join(re.split(r"[\r\n\t]+", typed)).strip(" ")
    out: list[str] = []
    opened: list[str] = []
    done = 0
    for match in _TYPED.finditer(text):
        braces, name = match.groups()
        out.append(markup.escape(text[done : match.start()]) + "{" * (len(braces) // 2))
        out.append(_tag(name[:-1], opened) if len(braces) % 2 else name)
        done = match.end()
    if opened:
        raise TypedTagError(
            N_("The tag {{{tag}}} is not closed. Type {{/{tag}}} behind the words that it marks."),
            tag=opened[-1],
        )
    out.append(markup.escape(text[done:]))
    return "".join(out)


def _tag(name: str, opened: list[str]) -> TaggedText:
    if name.endswith("/"):
        return f'<x id="{name[:-1]}"/>'
    if not name.startswith("/"):
        opened.append(name)
        return f'<g id="{name}">'
    if not opened or opened[-1] != name[1:]:
        raise TypedTagError(
            N_(
                "The tag {{/{tag}}} closes nothing here. Type {{{tag}}} before the words that it "
                "marks, and close tags in the opposite order."
            ),
            tag=name[1:],
        )
    opened.pop()
    return "</g>"


def bare(typed: str) -> TaggedText:
    """Give the words of what was typed, whatever its tags are."""
    return markup.escape(
        _TYPED.sub(
            lambda match: "{" * (len(match[1]) // 2) + ("" if len(match[1]) % 2 else match[2]),
            typed,
        )
    )
