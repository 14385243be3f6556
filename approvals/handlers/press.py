"""The press before publication: quotes, each approved by its speaker, and the press release."""

from __future__ import annotations

import re
from dataclasses import dataclass

from approvals import events as ev
from approvals.errors import N_, GuardError, NotEntitledError, StalePairError, UnknownPersonError
from approvals.handlers.base import Command, Office, Scene, carry_out, require
from approvals.ledger import Entry
from approvals.names import Digest, Language, PersonId, Role
from approvals.standing import Quote

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddQuote(Command):
    """Somebody's words in both languages, under a short name."""

    quote: ev.QuoteId
    speaker: PersonId
    fr: str
    en: str


def add_quote(command: AddQuote, office: Office) -> Entry:
    """Propose a quote, or other words for one; words that change have to be approved anew."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "quote", Role.COMMUNICATIONS)
        if not _ID.fullmatch(command.quote):
            raise GuardError(
                "quote:id",
                N_(
                    "“{quote}” cannot be a quote's name. Take small letters without accents, "
                    "digits and hyphens, at most 40 of them."
                ),
                quote=command.quote,
            )
        if command.speaker not in scene.register.roles:
            raise UnknownPersonError(
                N_("Nobody is enrolled under {person}. The list of people names everybody."),
                person=command.speaker,
            )
        if not command.fr.strip() or not command.en.strip():
            raise GuardError(
                "quote:languages",
                N_("A quote has its words in both languages. Give them in French and in English."),
            )
        fr, en = (scene.note(text.strip()) for text in (command.fr, command.en))
        return ev.QuoteAdded(command.by, command.quote, command.speaker, fr, en)

    return carry_out(command, office, ev.QuoteAdded, decide, chosen=("quote", "speaker"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveQuote(Command):
    """The speaker's approval of exactly ``text``, the digest of the words in one language."""

    quote: ev.QuoteId
    language: Language
    text: Digest


def approve_quote(command: ApproveQuote, office: Office) -> Entry:
    """Approve one's own words in one language; nobody does it for another."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "approve-quote", *Role)
        quote = _quote(scene, command.quote)
        if quote.added.speaker != command.by:
            raise NotEntitledError(
                "quote:speaker",
                N_("These are somebody else's words. Only their speaker approves them."),
            )
        if command.language in quote.approved:
            raise GuardError(
                "quote:approved",
                N_("You have approved these words already. Nothing more is asked of you."),
            )
        if command.text != quote.text(command.language).digest:
            raise StalePairError(
                "quote:text",
                N_("The words have changed since you read them. Read them again."),
            )
        return ev.QuoteApproved(command.by, command.quote, command.language, command.text)

    return carry_out(
        command, office, ev.QuoteApproved, decide, chosen=("quote", "language", "text")
    )


def _quote(scene: Scene, id: ev.QuoteId) -> Quote:
    quote = scene.dossier.quotes.get(id)
    if quote is None:
        raise GuardError(
            "quote:none",
            N_("There is no quote {quote}. The list of quotes names those that there are."),
            quote=id,
            dossier=scene.dossier.id,
        )
    return quote


@dataclass(frozen=True, slots=True, kw_only=True)
class DropQuote(Command):
    """The quote that is not used."""

    quote: ev.QuoteId


def drop_quote(command: DropQuote, office: Office) -> Entry:
    """Leave a quote out; its words stay in the notes until they are erased."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "drop-quote", Role.COMMUNICATIONS)
        _quote(scene, command.quote)
        return ev.QuoteDropped(command.by, command.quote)

    return carry_out(command, office, ev.QuoteDropped, decide, chosen=("quote",))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPressRelease(Command):
    """The press release's files in the vault."""

    fr: Digest
    en: Digest


def keep_press_release(command: KeepPressRelease, office: Office) -> Entry:
    """Keep the press release in both languages."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "press-release", Role.COMMUNICATIONS)
        if not command.fr or not command.en or command.fr == command.en:
            raise GuardError(
                "press:languages",
                N_(
                    "A press release is kept in both languages. Give two files, the French one and "
                    "the English one."
                ),
            )
        return ev.PressReleaseKept(command.by, command.fr, command.en)

    return carry_out(command, office, ev.PressReleaseKept, decide, chosen=("fr", "en"))
