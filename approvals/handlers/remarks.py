"""Remarks: saying something of words in the text, answering it, closing it.

A remark asks and does not block: whoever wants the step to wait requests changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from approvals import events as ev
from approvals.errors import N_, GuardError, NotEntitledError
from approvals.handlers.base import Command, Office, Scene, carry_out, require
from approvals.ledger import Entry
from approvals.names import Digest, Language, ParagraphId, Role
from approvals.standing import Remark

WORKERS: Final = (
    Role.DRAFTER,
    Role.TRANSLATOR,
    Role.REVISER,
    Role.REVIEWER,
    Role.SECRETARY,
    Role.CHAIR,
    Role.MEMBER,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeRemark(Command):
    """A remark on the characters ``start`` to ``end`` of a paragraph; both 0 for all of it."""

    language: Language
    paragraph: ParagraphId
    text: Digest
    words: str
    start: int = 0
    end: int = 0


def make_remark(command: MakeRemark, office: Office) -> Entry:
    """Take a remark on the text as it stands."""

    def decide(scene: Scene) -> ev.Event:
        opened = require(scene, command.by, "remark", *WORKERS)
        dossier = scene.dossier
        edition = dossier.draft if command.language == opened.source else dossier.target
        texts = {one.id: one.digest for one in edition.paragraphs} if edition else {}
        if texts.get(command.paragraph) != command.text or not 0 <= command.start <= command.end:
            raise GuardError(
                "remark:text",
                N_(
                    "The paragraph of your remark has changed meanwhile, or is gone. "
                    "Look at it again and say it anew."
                ),
            )
        return ev.RemarkMade(
            command.by,
            ev.RemarkId(scene.ids.new("remark")),
            command.language,
            command.paragraph,
            command.text,
            command.start,
            command.end,
            _said(scene, command.words),
        )

    return carry_out(command, office, ev.RemarkMade, decide, chosen=("paragraph", "text"))


def _said(scene: Scene, words: str) -> ev.NoteRef:
    if not words.strip():
        raise GuardError("remark:words", N_("A remark without words says nothing. Write it."))
    return scene.note(words.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRemark(Command):
    """An answer to a remark."""

    remark: ev.RemarkId
    words: str


def answer_remark(command: AnswerRemark, office: Office) -> Entry:
    """Take an answer."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "answer-remark", *WORKERS)
        _open(scene, command.remark)
        return ev.RemarkAnswered(command.by, command.remark, _said(scene, command.words))

    return carry_out(command, office, ev.RemarkAnswered, decide, chosen=("remark",))


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRemark(Command):
    """The end of a remark."""

    remark: ev.RemarkId


def close_remark(command: CloseRemark, office: Office) -> Entry:
    """Close a remark; whoever made it does, or the secretary."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "close-remark", *WORKERS)
        known = _open(scene, command.remark)
        held = scene.register.roles.get(command.by, frozenset())
        if command.by != known.made.by and Role.SECRETARY not in held:
            raise NotEntitledError(
                "remark:close",
                N_("Only whoever made a remark closes it, or the secretary. You may answer it."),
            )
        return ev.RemarkClosed(command.by, command.remark)

    return carry_out(command, office, ev.RemarkClosed, decide, chosen=("remark",))


def _open(scene: Scene, remark: ev.RemarkId) -> Remark:
    known = scene.dossier.remarks.get(remark)
    if known is None or known.closed_by is not None:
        raise GuardError(
            "remark:open",
            N_(
                "There is no such remark in this text, or it is closed already. "
                "Look at the remarks again."
            ),
        )
    return known
