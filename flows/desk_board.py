"""Gives the page of the board's session what it asks of the house, as the commands do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from approvals import board as boards
from approvals import events as ev
from approvals.board import Board
from approvals.desk import typed
from approvals.desk.board_ports import Cited
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError
from approvals.handlers import board as handlers
from approvals.ledger import Entry
from approvals.names import ENGLISH, FRENCH, Digest, Language, ParagraphId, PersonId
from documents.segments import extract, merge
from documents.tags import TaggedText
from flows import ballots, board_papers
from flows.board_words import BoardWords
from flows.files import usable
from flows.house import House


class Sessions:
    """The session's works of one house; see ``approvals.desk.board_ports.BoardWorks``."""

    def __init__(self, house: House) -> None:
        self._house = house

    def boards(self) -> Sequence[Board]:
        """Give the boards of the house's folder that can be convened."""
        return usable(self._house.home / "boards", boards.load)

    def cited(self, dossier: Dossier, language: str) -> Cited:
        """Say the rules of the convened session."""
        names = {id: who.name for id, who in self._house.contacts().items()}
        words = BoardWords(dossier, names, language)
        second = words.called.second_call
        return Cited(
            words.source("second_call_quorum_share" if second else "quorum_share"),
            words.rule(),
            words.source("majority_basis"),
            words.presiding(),
        )

    def vote(
        self,
        dossier: Dossier,
        seat: str,
        choice: ev.Choice,
        *,
        by: PersonId,
        key: str,
        signoff: Digest | None = None,
    ) -> tuple[Entry, str | None]:
        """Cast a vote."""
        return ballots.vote(self._house, dossier.id, seat, choice, by=by, key=key, signoff=signoff)

    def amend(
        self,
        dossier: Dossier,
        data: bytes,
        name: str,
        *,
        by: PersonId,
        language: Language | None,
        seat: str | None,
        key: str,
    ) -> Entry:
        """Bring the amended text through intake."""
        return ballots.amend(
            self._house, dossier.id, data, name, by=by, language=language, seat=seat, key=key
        ).entry

    def marked(self, dossier: Dossier, language: Language) -> Mapping[ParagraphId, str]:
        """Give each paragraph in a language as it is typed; nothing while it is stale."""
        standing = dossier.standing(language)
        if standing is None:
            return {}
        return {
            ParagraphId(one.id): typed.shown(one.segments[0])
            for one in extract(self._house.vault.get(standing.version))
            if one.segments
        }

    def reworded(
        self, dossier: Dossier, paragraph: ParagraphId, words: str, language: Language | None
    ) -> bytes:
        """Give the file of a language with one paragraph in other words."""
        standing = dossier.standing(language) if language else dossier.draft
        if standing is None:
            raise GuardError("amend:draft", N_("There is no text to amend yet."))
        data = self._house.vault.get(standing.version)
        found = next(
            (one for one in extract(data) if str(one.id) == str(paragraph) and one.segments), None
        )
        if found is None:
            raise GuardError("amend:paragraph", N_("Choose the paragraph that is amended."))
        told = typed.read(words)
        return merge(data, {(found.id, 0): TaggedText(told)}, standing.language)

    def minutes(self, dossier: Dossier) -> Mapping[Language, bytes]:
        """Write the minutes in both languages."""
        return board_papers.minutes_of(self._house, dossier.id)

    def extract(self, dossier: Dossier, *, by: PersonId, key: str) -> Entry:
        """Write an extract, keep it, and record that it is certified."""
        made = board_papers.extract_of(self._house, dossier.id, by)
        kept = {language: Digest(self._house.vault.put(data)) for language, data in made.items()}
        return handlers.certify_extract(
            handlers.CertifyExtract(
                dossier=dossier.id, by=by, key=key, fr=kept[FRENCH], en=kept[ENGLISH]
            ),
            self._house.office,
        )
