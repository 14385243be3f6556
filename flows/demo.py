"""``enonce demo``: the sample statement through the whole road, by the real handlers and flow.

What is a demonstration in it is said where it is seen: the clock, which begins three weeks ago so
that the notice period can go by; the seal's authority; the cast. Who does what is data, in
``samples/imt/sample.toml``.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from approvals import board as boards
from approvals import circuits, workdays
from approvals import events as ev
from approvals.board import Attendance
from approvals.dossier import Dossier
from approvals.handlers import board as session
from approvals.handlers import drafts, publication, review
from approvals.handlers.base import Command
from approvals.names import Bilingual, ParagraphId, PersonId
from approvals.standing import State
from documents.digest import text_digest
from flows import acts, console, embedded, evidence, founding, service
from flows.clock import DemonstrationClock
from flows.console import Exit, tell, tr
from flows.picture import Picture

MARK = ".demonstration"
"""Names the file that says that a house is a demonstration's, and may be replaced by the next."""


@dataclass(slots=True)
class Script:
    """The sample's script: the files and who does what."""

    folder: Path
    data: Mapping[str, Any]

    @classmethod
    def load(cls) -> Script:
        """Read the sample's script."""
        folder = founding.sample_folder()
        return cls(folder, tomllib.loads((folder / "sample.toml").read_text(encoding="utf-8")))

    def file(self, name: str) -> Path:
        """Give one of the sample's files by what it is for."""
        return self.folder / str(self.data["files"][name])

    def both(self, table: Mapping[str, str]) -> str:
        """Choose the words in the language of the command."""
        return table[console.GLOBALS.lang]


def run(out: Path, home: Path | None, kind: type[Demonstration] | None = None) -> Exit:
    """Carry the sample through the road and write the results to ``out``."""
    house_folder = (home or out / "house").absolute()
    if house_folder.exists() and not (house_folder / MARK).exists():
        console.warn(
            "{folder} holds something else than a demonstration. Choose another folder with --out.",
            folder=str(house_folder),
        )
        return Exit.USAGE
    shutil.rmtree(house_folder, ignore_errors=True)
    house_folder.mkdir(parents=True)
    (house_folder / MARK).touch()
    with Picture(console.GLOBALS.lang, quiet=console.GLOBALS.json) as picture:
        demonstration = (kind or Demonstration)(Script.load(), out, house_folder, picture)
        demonstration.carry()
    return demonstration.conclude()


class Demonstration:
    """One run of the script."""

    days = 23
    """How long ago it began, by its own clock."""

    def __init__(self, script: Script, out: Path, home: Path, picture: Picture) -> None:
        self.script, self.out, self.picture = script, out, picture
        self.started = datetime.now(UTC)
        self.clock = DemonstrationClock(self.started - timedelta(days=self.days))
        self.house = founding.found(home, founding.sample_papers(), clock=self.clock)
        self.id = str(script.data["dossier"]["id"])
        self.server_seconds = 0.0
        self.files: list[Path] = []

    @cached_property
    def people(self) -> Mapping[str, PersonId]:
        """Everybody's id by their handle."""
        return {who.handle: id for id, who in self.house.contacts().items()}

    @property
    def dossier(self) -> Dossier:
        """The dossier as it stands."""
        return self.house.dossier(self.id)

    def say(self, message: str, /, **data: object) -> None:
        """Tell one thing that happened."""
        self.picture.tell(tr(message, **data))

    def command(self, handle: str) -> dict[str, Any]:
        """Give what every command carries."""
        return {"dossier": self.id, "by": self.people[handle], "key": acts.new_key()}

    def cast(self, role: str) -> str:
        """Give the handle of whoever plays a part."""
        return str(self.script.data["cast"][role])

    def name(self, handle: str) -> str:
        """Give somebody's name."""
        return self.house.contacts()[self.people[handle]].name

    def carry(self) -> None:
        """Go down the road."""
        self.say(
            "The demonstration’s clock begins on {day}, so that the notice period can go by.",
            day=self.clock.now().date(),
        )
        with embedded.Service(self.house) as service_:
            self.service = service_
            self.before_draft()
            self.submit()
            self.after_draft()
            self.translate()
            self.review_first()
            self.answer()
            self.review_second()
            self.meet()
            self.seal()
            self.before_publication()
            self.publish()
            self.server_seconds = service_.server_seconds
        self.files = evidence.export(self.house, self.id, self.out)

    def before_draft(self) -> None:
        """What leads to the first draft: nothing, in the short demonstration."""

    def after_draft(self) -> None:
        """What is laid beside the draft before it is translated."""

    def before_publication(self) -> None:
        """What the press needs before the editions are released."""

    def wait(self, *states: State) -> None:
        """Wait until the flow has carried out what is due, and show where the road is."""
        self.service.settle(self.id)
        dossier = self.dossier
        if dossier.state not in states:
            raise RuntimeError(f"{self.id} is {dossier.state}, not {states}")
        self.picture.arrive(dossier.state)

    def submit(self) -> None:
        """Submit a draft that intake refuses, then the right one."""
        refusal = self.script.data["refusal_at_intake"]
        by = self.people[refusal["by"]]
        refused = self.script.folder / refusal["file"]
        try:
            acts.submit(self.house, refused.read_bytes(), refused.name, by=by)
        except acts.IntakeRefusedError as fault:
            self.say("Intake refuses {file}:", file=refused.name)
            for line in console.findings(fault.report)[: len(fault.report.refusals)]:
                self.picture.tell(f"  {line}")
        told = self.script.data["dossier"]
        draft = self.script.file("draft")
        acts.submit(
            self.house,
            draft.read_bytes(),
            draft.name,
            by=self.people[self.cast("drafter")],
            dossier=self.id,
            title=Bilingual(**told["title"]),
            source=self.script.data["source"],
            confidentiality=ev.Confidentiality(told["confidentiality"]),
        )
        self.picture.arrive(self.dossier.state)
        self.say(
            "{name} submits {file}: {count} paragraphs.",
            name=self.name(self.cast("drafter")),
            file=draft.name,
            count=len(self.dossier.pairs),
        )

    def hand_over(self) -> None:
        """Hand the draft over and let the flow look everything up."""
        self.clock.forward(timedelta(hours=3))
        drafts.request_translation(Command(**self.command(self.cast("drafter"))), self.house.office)
        self.picture.arrive(self.dossier.state)
        self.wait(State.TRANSLATING)

    def translate(self) -> None:
        """Hand over, let the flow look everything up, propose, certify."""
        self.hand_over()
        counts = self.dossier.counts or ev.Counts(0, 0, 0, 0, 0)
        self.say(
            "Memory and glossary: {exact} exact, {fuzzy} fuzzy, {kept} kept, {missing} missing.",
            exact=counts.exact,
            fuzzy=counts.fuzzy,
            kept=counts.kept,
            missing=counts.missing,
        )
        self.clock.forward(timedelta(days=1))
        answers = service.read_answers(self.script.file("answers"))
        proposal = acts.propose(
            self.house,
            self.id,
            by=self.people[self.cast("translator")],
            translate=service.translator(answers, accept=True),
        )
        self.say(
            "{name} translates: {count} paragraphs proposed.",
            name=self.name(self.cast("translator")),
            count=len(proposal.proposed),
        )
        self.clock.forward(timedelta(days=1))
        acts.certify(self.house, self.id, by=self.people[self.cast("reviser")])
        self.say("{name}, another person, certifies them.", name=self.name(self.cast("reviser")))
        self.wait(State.ALIGNED)
        self.say("One pair of two languages: {pair}.", pair=(self.dossier.pair or "")[:12])

    def review_first(self) -> None:
        """Open the review; the first round ends with a refusal."""
        self.open_review()
        self._decide(self.script.data["review"]["first"])
        self.wait(State.CHANGES_REQUESTED)

    def open_review(self) -> None:
        """Open the review, or go on with it."""
        circuit = circuits.load(self.script.file("circuit").read_text(encoding="utf-8"))
        command = review.OpenReview(**self.command(self.cast("drafter")), circuit=circuit)
        review.open_review(command, self.house.office)
        self.picture.arrive(self.dossier.state)

    def _decide(self, rounds: Sequence[Mapping[str, Any]]) -> None:
        for act in rounds:
            self.clock.forward(timedelta(hours=5))
            dossier = self.dossier
            about = act.get("paragraph")
            paragraphs = tuple(self.paragraph(one) for one in (about,) if one)
            reason = self.script.both(act["reason"]) if "reason" in act else None
            before = dossier.missing(act["step"], self.people[act["by"]])
            review.decide(
                review.MakeDecision(
                    **self.command(act["by"]),
                    step=act["step"],
                    decision=ev.Decision(act["decision"]),
                    pair=acts.require_pair(dossier),
                    paragraphs=paragraphs,
                    reason=reason,
                ),
                self.house.office,
            )
            if reason:
                number = acts.paragraph_numbers(dossier)[paragraphs[-1]]
                self.say(
                    "{name} requests changes in § {number}: {reason}",
                    name=self.name(act["by"]),
                    number=number,
                    reason=reason,
                )
            elif len(before) < len(dossier.pair_paragraphs):
                self.say(
                    "{name} approves the difference alone: {count} of {all} paragraphs.",
                    name=self.name(act["by"]),
                    count=len(before),
                    all=len(dossier.pair_paragraphs),
                )
            else:
                self.say("{name} approves.", name=self.name(act["by"]))

    def paragraph(self, beginning: str) -> ParagraphId:
        """Give the paragraph of the draft that begins so."""
        draft = self.dossier.draft
        texts = text_digest(self.house.vault.get(draft.version)).paragraphs if draft else ()
        return next(ParagraphId(one.id) for one in texts if one.text.startswith(beginning))

    def answer(self) -> None:
        """Answer the refusal with a second draft in which one paragraph has changed."""
        self.clock.forward(timedelta(days=1))
        told = self.script.data["answer"]
        draft = self.script.folder / told["file"]
        points = self.dossier.open_points
        acts.submit(
            self.house,
            draft.read_bytes(),
            draft.name,
            by=self.people[told["by"]],
            dossier=self.id,
            answers=[(point.sequence, self.script.both(told["text"])) for point in points],
        )
        self.say("{name} answers with {file}.", name=self.name(told["by"]), file=draft.name)
        drafts.request_translation(Command(**self.command(told["by"])), self.house.office)
        self.picture.arrive(self.dossier.state)
        self.wait(State.TRANSLATING)
        answers = service.read_answers(self.script.file("answers"))
        proposal = acts.propose(
            self.house,
            self.id,
            by=self.people[self.cast("translator")],
            translate=service.translator(answers, accept=True),
        )
        acts.certify(self.house, self.id, by=self.people[self.cast("reviser")])
        self.wait(State.ALIGNED)
        numbers = acts.paragraph_numbers(self.dossier)
        places = tuple(f"§ {numbers[id]}" for id in proposal.proposed)
        self.say(
            "{places} was translated and certified anew; {fell} of {all} approvals of a paragraph "
            "fell, the others stand.",
            places=places,
            fell=len(self.dossier.fell),
            all=self.dossier.stood,
        )

    def review_second(self) -> None:
        """Go on with the review: everybody approves."""
        self.open_review()
        self._decide(self.script.data["review"]["second"])
        self.wait(State.BOARD_READY)

    def meet(self) -> None:
        """Convene, count the quorum, vote, proclaim."""
        self.convene()
        self.open_session()
        self.proclaim()

    def convene(self) -> None:
        """Convene the board."""
        told = self.script.data["meeting"]
        board = boards.load(self.script.file("board").read_text(encoding="utf-8"))
        first = self.clock.now() + timedelta(days=told["days_after_convocation"] - 1)
        day = workdays.after(first.date(), 1)
        when = datetime.combine(day, time.fromisoformat(told["time"]), UTC)
        place = self.script.both(told["place"])
        session.convene(
            session.Convene(**self.command(told["by"]), board=board, when=when, place=place),
            self.house.office,
        )
        self.picture.arrive(self.dossier.state)
        self.say("{name} convenes the board for {when}.", name=self.name(told["by"]), when=when)

    def open_session(self) -> None:
        """Wait for the day, count who is there, and open the ballot."""
        told = self.script.data["meeting"]
        if self.dossier.meeting is not None:
            self.clock.forward_to(self.dossier.meeting.called.when)
        for how in (Attendance.PRESENT, Attendance.REMOTE):
            for seat in told[how.value]:
                self._attend(told["by"], seat, how, None)
        for proxy in told["proxy"]:
            self._attend(told["by"], proxy["seat"], Attendance.REPRESENTED, proxy["to"])
        command = session.OpenBallot(
            **self.command(told["by"]), pair=acts.require_pair(self.dossier)
        )
        session.open_ballot(command, self.house.office)
        opened = self.dossier.ballot
        if opened is not None:
            self.say(
                "Quorum: {counted} members, {required} needed, {proxies} by proxy. "
                "The ballot is open.",
                counted=opened.opened.counted,
                required=opened.opened.required,
                proxies=len(told["proxy"]),
            )
        self.picture.arrive(self.dossier.state)

    def proclaim(self) -> None:
        """Vote, close the ballot and proclaim its result."""
        told = self.script.data["meeting"]
        self._vote()
        session.close_ballot(session.CloseBallot(**self.command(told["by"])), self.house.office)
        result = self.dossier.result
        if result is not None:
            self.say(
                "Adopted under number {number} on {day}: for {for_}, against {against}, "
                "abstaining {abstentions}.",
                number=result.number or "",
                day=result.on,
                for_=result.tally.in_favour,
                against=result.tally.against,
                abstentions=result.tally.abstentions,
            )
        self.picture.arrive(self.dossier.state)
        self.wait(State.ADOPTED)
        self.say("The resolution is written in both languages.")

    def _attend(self, by: str, seat: str, how: Attendance, proxy_to: str | None) -> None:
        command = session.Attend(**self.command(by), seat=seat, attendance=how, proxy_to=proxy_to)
        session.attend(command, self.house.office)

    def _vote(self) -> None:
        meeting = self.dossier.meeting
        if meeting is None:
            return
        holders = {seat.id: PersonId(seat.holder) for seat in meeting.called.seats}
        for choice in ev.Choice:
            for seat in self.script.data["ballot"][choice.value]:
                voter = meeting.places[seat].proxy_to or seat
                session.vote(
                    session.Vote(
                        dossier=self.id,
                        by=holders[voter],
                        key=acts.new_key(),
                        seat=seat,
                        choice=choice,
                    ),
                    self.house.office,
                )

    def seal(self) -> None:
        """Order the seal; the flow seals and verifies."""
        self.clock.forward(timedelta(minutes=30))
        publication.order_seal(Command(**self.command(self.cast("secretary"))), self.house.office)
        self.picture.arrive(self.dossier.state)
        self.wait(State.SEALED)
        self.say("Both editions and both resolutions are sealed and pass the strict verifier.")

    def publish(self) -> None:
        """Release under an embargo, and let it end."""
        told = self.script.data["publication"]
        until = self.clock.now() + timedelta(hours=told["embargo_hours"])
        publication.order_publication(
            publication.OrderPublication(**self.command(told["by"]), not_before=until),
            self.house.office,
        )
        self.picture.arrive(self.dossier.state)
        self.say(
            "{name} releases the publication; embargo until {until}.",
            name=self.name(told["by"]),
            until=until,
        )
        self.wait(State.EMBARGOED)
        self.clock.forward_to(until)
        self.service.sweep()
        self.wait(State.PUBLISHED)

    def conclude(self) -> Exit:
        """Show what was published, the ledger's check, and how to go on."""
        rows = evidence.published(self.house, self.dossier, self.out)
        console.table(
            [tr("File"), tr("Language"), tr("Digest"), tr("Verdict")],
            [(row.file, row.language, row.digest[:16], row.verdict) for row in rows],
        )
        report = self.house.store.check()
        seconds = (datetime.now(UTC) - self.started).total_seconds()
        if not console.GLOBALS.json:
            print()
            tell(
                "The ledger is whole: {size} entries, head {head}.",
                size=report.size,
                head=report.head[:12],
            )
            tell(
                "It took {seconds} s, {server} s of them until Prefect’s server stood.",
                seconds=round(seconds, 1),
                server=round(self.server_seconds, 1),
            )
            print(console.wrapped(self.script.both(self.script.data["notice"])))
            tell(
                "The seal and the cast are demonstrations; the statement is real. "
                "The redline and the evidence are in {folder}.",
                folder=str(self.out),
            )
            self._go_on()
        console.answer(
            {
                "dossier": self.id,
                "published": [row.to_json() for row in rows],
                "ledger": {"ok": report.ok, "size": report.size, "head": report.head},
                "files": [str(path) for path in self.files],
                "seconds": str(round(seconds, 2)),
                "server_seconds": str(round(self.server_seconds, 2)),
                "house": str(self.house.home),
            }
        )
        sound = report.ok and all(row.verdict == "TOTAL-PASSED" for row in rows)
        self.house.close()
        return Exit.OK if sound else Exit.FAULT

    def _go_on(self) -> None:
        home = self.house.home
        anchor = self.out / "evidence" / "anchor-0.pem"
        first = self.out / f"{self.id}.statement.fr.docx"
        print(tr("To go on:"))
        for line in (
            f"enonce verify {first} --anchor {anchor}",
            f"enonce --home {home} status {self.id}",
            f"enonce --home {home} log --check",
            f"enonce --home {home} serve",
        ):
            print(f"  {line}")
