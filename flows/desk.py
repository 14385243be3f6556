"""Gives the desk what it asks of the house: the same acts that the commands bring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from approvals import circuits as circuit_files
from approvals import events as ev
from approvals import todo as core_todo
from approvals.circuits import Circuit
from approvals.desk.ports import Desk, Taken
from approvals.dossier import Dossier
from approvals.handlers import drafts
from approvals.ledger import Entry
from approvals.names import Bilingual, Language, ParagraphId, PersonId
from documents.findings import Report
from flows import acts, links, service, todo, uploads
from flows.desk_board import Sessions
from flows.desk_care import Care
from flows.desk_coding import Codings
from flows.desk_consultation import Consultations
from flows.desk_findings import Findings
from flows.desk_pair import Pairs
from flows.desk_public import Public
from flows.desk_submit import Submissions
from flows.files import usable
from flows.house import House


class Works(Pairs, Submissions):
    """The works of one house; see ``approvals.desk.ports.Works``."""

    def __init__(self, house: House) -> None:
        self._house = house

    def tasks(self, person: PersonId) -> Sequence[core_todo.Task]:
        """Give what a person has to do today."""
        return todo.of(self._house, person)

    def submit(
        self,
        data: bytes,
        name: str,
        *,
        by: PersonId,
        key: str,
        dossier: str | None,
        title: Bilingual | None,
        source: str,
        confidentiality: ev.Confidentiality,
        answers: Iterable[tuple[int, str]],
        expected: int | None = None,
    ) -> Taken:
        """Take a draft in."""
        done = acts.submit(
            self._house,
            data,
            name,
            by=by,
            dossier=dossier,
            title=title,
            source=source,
            confidentiality=confidentiality,
            answers=answers,
            key=key,
            expected=expected,
        )
        return Taken(done.dossier, done.report, done.entry)

    def judge(self, data: bytes, name: str) -> Report:
        """Say what intake thinks of an upload."""
        return uploads.judge(data, name, self._house.settings)

    def request_translation(self, dossier: Dossier, *, by: PersonId, key: str) -> Entry:
        """Hand the draft over."""
        checks = service.check_rules(self._house, dossier.id, None)
        command = drafts.RequestTranslation(
            dossier=dossier.id, by=by, key=key, expected=dossier.version, checks=checks
        )
        return drafts.request_translation(command, self._house.office)

    def certify(
        self,
        dossier: Dossier,
        paragraphs: Iterable[ParagraphId] | None,
        *,
        by: PersonId,
        key: str,
        ignore: Iterable[str] = (),
        reason: str | None = None,
    ) -> Entry:
        """Certify what somebody else proposed."""
        return acts.certify(
            self._house, dossier.id, by=by, only=paragraphs, ignore=ignore, reason=reason, key=key
        )

    def link(
        self,
        dossier: Dossier,
        data: bytes,
        name: str,
        kind: ev.LinkKind,
        title: Bilingual | None,
        language: Language | None,
        *,
        by: PersonId,
        key: str,
    ) -> Entry:
        """Lay a document beside the text."""
        return links.link(
            self._house,
            dossier.id,
            data,
            name,
            by=by,
            kind=kind,
            title=title,
            language=language,
            key=key,
        )

    def circuits(self) -> Sequence[Circuit]:
        """Give the circuits of the house's folder that can be used."""
        return usable(self._house.home / "circuits", circuit_files.load)

    def open_review(self, dossier: Dossier, circuit: Circuit, *, by: PersonId, key: str) -> Entry:
        """Open the review."""
        return acts.open_review(self._house, dossier.id, by=by, circuit=circuit, key=key)


def desk(house: House, healthy: Callable[[], Mapping[str, bool]] | None = None) -> Desk:
    """Give the desk of one house; ``healthy`` says which programs beside it stand."""
    return Desk(
        house,
        Works(house),
        Public(house, healthy),
        Care(house),
        Sessions(house),
        Consultations(house),
        Codings(house),
        Findings(house),
    )
