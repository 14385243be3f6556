"""``enonce demo --full``: the sample's whole process, from the work group's axes to the press.

What the short demonstration leaves out: the axes of a work group, a consultation of five publics
with thousands of generated responses, coded by two and settled by a third, interviews, the
presentation to the board, findings that each lead to a paragraph or a reason, the explanation,
quotes that their speakers approve, a press release. What is said is data, in
``samples/imt/full.toml``;
that it is invented is said wherever it is shown.
"""

from __future__ import annotations

import json
import random
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from approvals import events as ev
from approvals.consultation import generator, questionnaire
from approvals.consultation.coding import Answer, Codes
from approvals.consultation.life import PREFIX
from approvals.consultation.synthesis import Synthesis
from approvals.errors import GuardError
from approvals.handlers import drafts, findings, press
from approvals.handlers.base import Command
from approvals.names import Bilingual, Digest, Language, PersonId
from flows import acts, coding, console, consulting, evaluating, places, responses_file
from flows.demo import Demonstration
from flows.demo_papers import Papers
from flows.links import link
from flows.stages.publish import write
from flows.synthesis_words import Wording

LANGUAGES = ("fr", "en")


class FullDemonstration(Demonstration):
    """The whole process of the model case."""

    days = 120

    @cached_property
    def full(self) -> Mapping[str, Any]:
        """The script of what the short demonstration leaves out."""
        return tomllib.loads(self._read("full.toml"))

    @property
    def stream(self) -> str:
        """The consultation's stream."""
        return f"{PREFIX}{self.full['consultation']['id']}"

    def before_draft(self) -> None:
        """Open the dossier with the axes; consult; present; hear people; sum up."""
        self._open()
        self._link("axes", ev.LinkKind.AXES)
        self.say("The work group’s axes lie beside the dossier, in both languages.")
        self._consult()
        self._code()
        self.clock.forward(timedelta(days=12))
        self._link("presentation", ev.LinkKind.PRESENTATION)
        self.say("The first results are presented to the Management Board.")
        self.clock.forward(timedelta(days=14))
        self._hear()
        self._find()
        self.clock.forward(timedelta(days=5))
        self._sum_up()
        self.clock.forward(timedelta(days=22))

    def after_draft(self) -> None:
        """Lay every finding to its paragraphs, and the explanation beside the draft."""
        by = self.cast("drafter")
        findings.attach_consultation(
            findings.AttachConsultation(**self.command(by), consultation=self.stream),
            self.house.office,
        )
        try:
            drafts.request_translation(Command(**self.command(by)), self.house.office)
        except GuardError as refused:
            self.say(
                "The draft is held back: {why}", why=console.tr(refused.message, **refused.data)
            )
        for one in self.full["link"]:
            self._lay(by, one)
        self._link("explanation", ev.LinkKind.EXPLANATION)
        self.say("The explanation lies beside the draft, for the reviewers and the board.")

    def before_publication(self) -> None:
        """Have each quote approved by its speaker in both languages; keep the press release."""
        told = self.full["press"]
        for one in told["quote"]:
            self._quote(told["by"], one)
        names = {one["speaker"]: self.name(one["speaker"]) for one in told["quote"]}
        contact = self.house.contacts()[self.people[told["by"]]]
        kept = {}
        for language in LANGUAGES:
            data = self._papers(language).press(
                self.clock.now(), names, f"{contact.name}, {contact.mail}"
            )
            write(self.out / "press" / told["name"][language], data)
            kept[language] = Digest(self.house.vault.put(data))
        press.keep_press_release(
            press.KeepPressRelease(**self.command(told["by"]), fr=kept["fr"], en=kept["en"]),
            self.house.office,
        )
        self.say("The press release waits with the editions, in both languages.")

    def _read(self, name: str) -> str:
        return (self.script.folder / name).read_text(encoding="utf-8")

    def _open(self) -> None:
        told = self.script.data["dossier"]
        source = Language(self.script.data["source"])
        drafts.open_dossier(
            drafts.OpenDossier(
                **self.command(self.cast("drafter")),
                title=Bilingual(**told["title"]),
                source=source,
                target=acts.OTHER[source],
                authoritative=Language("fr"),
                confidentiality=ev.Confidentiality(told["confidentiality"]),
            ),
            self.house.office,
        )

    def _consult(self) -> None:
        """Plan, open, take what a program answered, close: six weeks by its clock."""
        told = self.full["consultation"]
        id, by = told["id"], self.people[told["by"]]
        notice = "".join(
            f"{language} = {json.dumps(words, ensure_ascii=False)}\n"
            for language, words in self.full["notice"].items()
        )
        text = f"{self._read(told['questionnaire'])}\n[notice]\n{notice}"
        with tempfile.TemporaryDirectory() as folder:
            form, file = Path(folder, "questionnaire.toml"), Path(folder, "responses.csv")
            form.write_text(text, encoding="utf-8")
            consulting.plan(self.house, id, form, by=by, key=acts.new_key())
            until = (self.clock.now() + timedelta(days=42)).date()
            consulting.open_(self.house, id, until, (), by=by, key=acts.new_key())
            asked = questionnaire.load(text)
            drawn = generator.generate(
                asked, told["responses"], told["seed"], told["weights"], told["leanings"]
            )
            file.write_text(responses_file.written(asked, drawn), encoding="utf-8")
            self.clock.forward(timedelta(days=42))
            consulting.take(self.house, id, file, by=by, key=acts.new_key())
        consulting.close(self.house, id, by=by, key=acts.new_key())
        words = self._words()
        self.say("The consultation is closed: {lede}.", lede=words.lede())
        self.picture.tell(f"  {self.full['notice'][words.language]}")
        self.clock.forward(timedelta(days=2))

    @property
    def source(self) -> evaluating.Source:
        """The consultation with its responses."""
        return evaluating.source(self.house, self.full["consultation"]["id"])

    def _synthesis(self) -> Synthesis:
        return evaluating.synthesis_of(self.house, self.source)

    def _words(self) -> Wording:
        return Wording(self._synthesis(), console.GLOBALS.lang)

    def _code(self) -> None:
        told, question = self.full["coding"], self.full["consultation"]["question"]
        answers = self.source.answers(question)
        first, second, third = (self.people[told[one]] for one in ("first", "second", "third"))
        coding.deal(
            self.house,
            self.stream,
            question,
            self._read(self.full["consultation"]["codebook"]),
            answers,
            by=self.people[self.full["consultation"]["by"]],
            coders=(first, second),
            seed=told["seed"],
            share=self.house.settings.coding_share,
            key=acts.new_key(),
        )
        held = coding.evaluation(self.house, self.stream).codings[question]
        dealt = coding.dealt_of(self.house, held)
        chance = random.Random(told["seed"])  # noqa: S311
        for coder, ids, overlooks in (
            (first, dealt.first, 0.0),
            (second, dealt.second, told["overlooks"]),
        ):
            codes = {
                id: self._themes(answers[id]) if chance.random() >= overlooks else frozenset()
                for id in ids
            }
            coding.take_codes(
                self.house, self.stream, question, codes, by=coder, key=acts.new_key()
            )
        agreement = coding.compare(self.house, self.stream, question)
        decided = {one.answer: self._themes(answers[one.answer]) for one in agreement.disagreements}
        coding.settle(self.house, self.stream, question, decided, by=third, key=acts.new_key())
        self.say(
            "{first} and {second} code {count} answers by theme, both of them {double}; kappa "
            "{kappa}. {third} settles {left}.",
            first=self.name(told["first"]),
            second=self.name(told["second"]),
            third=self.name(told["third"]),
            count=len(answers),
            double=agreement.double,
            kappa=self._words().decimal(agreement.kappa, 2),
            left=len(agreement.disagreements),
        )

    def _themes(self, answer: Answer) -> Codes:
        """Code an answer by the words in it, as the script says."""
        words: Mapping[str, list[str]] = self.full["coding"]["words"]
        return frozenset(
            code for code, signs in words.items() if any(sign in answer.text for sign in signs)
        )

    def _hear(self) -> None:
        told = self.full["consultation"]
        today = self.clock.now().date()
        heard = [
            replace(one, on=today, consented=today)
            for one in evaluating.read_interviews(self._read(told["interviews"]))
        ]
        evaluating.register_interviews(
            self.house, self.stream, heard, by=self.people[told["by"]], key=acts.new_key()
        )
        self.say("{count} people are heard, and say what may be quoted.", count=len(heard))

    def _find(self) -> None:
        told = self.full["consultation"]
        found = evaluating.read_findings(self.house, self.source, self._read(told["findings"]))
        evaluating.register_findings(
            self.house, self.stream, found, by=self.people[told["by"]], key=acts.new_key()
        )
        self.say(
            "{count} findings are registered, with the people they speak for.", count=len(found)
        )

    def _sum_up(self) -> None:
        told = self.full["consultation"]
        by = self.people[told["by"]]
        own = self._synthesis()
        files = evaluating.synthesis_files(own, self.clock.now())
        evaluating.record_synthesis(self.house, told["id"], files, by=by, key=acts.new_key())
        paths = evaluating.write_files(files, self.out / "consultation")
        for language in LANGUAGES:
            name = f"{own.id}.synthesis.{language}.docx"
            link(
                self.house,
                self.id,
                files[name],
                name,
                by=by,
                kind=ev.LinkKind.SYNTHESIS,
                title=own.title,
                language=Language(language),
            )
        self.say(
            "The synthesis of {count} responses is in {folder}: Word files, a page, the figures.",
            count=own.total,
            folder=str(paths[0].parent),
        )

    def _lay(self, by: str, one: Mapping[str, Any]) -> None:
        place = {"consultation": self.stream, "finding": one["finding"]}
        if "reason" in one:
            reason = self.script.both(one["reason"])
            findings.waive_finding(
                findings.WaiveFinding(**self.command(by), **place, reason=reason),
                self.house.office,
            )
            self.say(
                "{finding} shapes no paragraph: {reason}", finding=one["finding"], reason=reason
            )
            return
        paragraphs = tuple(self.paragraph(start) for start in one["paragraphs"])
        findings.link_finding(
            findings.LinkFinding(**self.command(by), **place, paragraphs=paragraphs),
            self.house.office,
        )
        numbers = acts.paragraph_numbers(self.dossier)
        self.say(
            "{finding} is linked to § {paragraphs}.",
            finding=one["finding"],
            paragraphs=tuple(str(number) for number in sorted(numbers[id] for id in paragraphs)),
        )

    def _quote(self, by: str, one: Mapping[str, Any]) -> None:
        speaker, quote = self.people[one["speaker"]], ev.QuoteId(one["id"])
        press.add_quote(
            press.AddQuote(
                **self.command(by), quote=quote, speaker=speaker, fr=one["fr"], en=one["en"]
            ),
            self.house.office,
        )
        words = self.dossier.quotes[quote]
        for language in map(Language, LANGUAGES):
            press.approve_quote(
                press.ApproveQuote(
                    dossier=self.id,
                    by=PersonId(speaker),
                    key=acts.new_key(),
                    quote=quote,
                    language=language,
                    text=words.text(language).digest,
                ),
                self.house.office,
            )
        self.say(
            "{name} approves their quote for the press in both languages.",
            name=self.name(one["speaker"]),
        )

    def _papers(self, language: str) -> Papers:
        founded = self.house.register().founded
        institution = founded.institution.in_(language) if founded else ""
        notices = (self.full["notice"][language], self.script.data["notice"][language])
        return Papers(self.full, language, institution, " ".join(notices))

    def _link(self, name: str, kind: ev.LinkKind) -> None:
        told = self.full[name]
        now, author = self.clock.now(), self.name(told["by"])
        for language in LANGUAGES:
            own = self._papers(language)
            if kind is ev.LinkKind.AXES:
                data = own.axes(now, author)
            elif kind is ev.LinkKind.PRESENTATION:
                data = own.presentation(now, self._synthesis())
            else:
                data = own.explanation(now, places.of(self.house, self.dossier), author)
            link(
                self.house,
                self.id,
                data,
                told["name"][language],
                by=self.people[told["by"]],
                kind=kind,
                title=Bilingual(**told["title"]),
                language=Language(language),
            )
