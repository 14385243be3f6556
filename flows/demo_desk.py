"""``enonce serve --demo``: the sample's people, and texts at several places of the road.

Everything is done by the real handlers and stages, in this process and without Prefect's server.
The clock is the demonstration's; what is a demonstration is said on the page itself.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from approvals import policy, workdays
from approvals.consultation import generator, questionnaire, responding
from approvals.handlers import consultation as handlers
from approvals.handlers import findings
from approvals.names import Bilingual, Digest
from flows import acts, coding, consulting, evaluating
from flows.demo import MARK, Demonstration, Script
from flows.evaluating import FindingFile
from flows.house import House
from flows.picture import Picture
from flows.stages import RUNS
from locales.errors import N_

TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "charter": ("Charte des doctorants", N_("Charter of doctoral candidates")),
    "ethics": ("Charte d’éthique", N_("Charter of ethics")),
    "strategy": ("Orientations stratégiques", N_("Strategic directions")),
    "rules": ("Règlement intérieur", N_("Rules of procedure")),
    "vision": ("Vision à dix ans", N_("Vision for ten years")),
}

NOTICE: Final = """
[notice]
fr = "Démonstration : réponses tirées au sort par un programme, entretiens inventés."
en = "Demonstration: responses drawn by lot by a program, invented interviews."
"""
"""What stands on the form and on the results of the furnished consultations."""


class Direct:
    """Carries stages out in this process, as the flow would."""

    server_seconds = 0.0

    def __init__(self, house: House) -> None:
        self._house = house

    def settle(self, dossier: str) -> None:
        """Carry out what is due."""
        while stage := policy.due(self._house.dossier(dossier), self._house.now()):
            RUNS[stage](self._house, dossier)

    def sweep(self) -> None:
        """Nothing to look for: ``settle`` looks every time."""


class _Furnishing(Demonstration):
    """The sample's script, for one text after another in one house."""

    days = 27
    """Long enough for what is done after the publication, so that no hour is squeezed."""

    def __init__(self, out: Path, home: Path, language: str) -> None:
        super().__init__(Script.load(), out, home, Picture(language, quiet=True))
        self.service: Any = Direct(self.house)
        self._told = self.script.data["dossier"]
        self.own = str(self._told["id"])

    def turn_to(self, id: str) -> None:
        """Go on with this text."""
        self.id = id
        fr, en = TITLES.get(id, ("", ""))
        told = {**self._told, "id": id, "title": {"fr": fr, "en": en}} if fr else self._told
        self.script.data = {**self.script.data, "dossier": told}

    def say(self, message: str, /, **data: object) -> None:
        """Say nothing: only what is left at the end is looked at."""


def furnish(home: Path, language: str = "en") -> House:
    """Found a house with texts in several states and give it, at the present of its clock.

    ``ethics`` is in session with an open ballot, the sample's own statement is published,
    ``charter`` is under review after a refusal was answered, ``strategy`` is being translated and
    ``rules`` is a draft. Of two consultations one is over and one is open; the draft ``vision``
    rests on the first, and one of its findings leads nowhere yet.
    """
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).touch()
    road = _Furnishing(home / "out", home, language)
    road.turn_to("ethics")
    for act in (road.submit, road.translate, road.review_first, road.answer, road.review_second):
        act()
    road.convene()
    road.turn_to(road.own)
    for act in (
        road.submit,
        road.translate,
        road.review_first,
        road.answer,
        road.review_second,
        road.convene,
    ):
        act()
    road.turn_to("ethics")
    road.open_session()
    road.turn_to(road.own)
    for act in (road.open_session, road.proclaim, road.seal, road.publish):
        act()
    road.turn_to("charter")
    for act in (road.submit, road.translate, road.review_first, road.answer, road.open_review):
        act()
    road.turn_to("strategy")
    road.submit()
    road.hand_over()
    road.turn_to("rules")
    road.clock.forward(timedelta(hours=1))
    road.submit()
    road.turn_to("vision")
    road.submit()
    _consult(road)
    _find(road)
    return road.house


def _consult(road: _Furnishing) -> None:
    """Hold a consultation that is over and one that is open, with generated responses."""
    house, by = road.house, road.people[road.cast("secretary")]
    text = (road.script.folder / "questionnaire.toml").read_text(encoding="utf-8")
    text = f"{text}\n{NOTICE}"
    asked = questionnaire.load(text)
    until = (house.now() + timedelta(days=30)).date()
    with tempfile.TemporaryDirectory() as folder:
        form = Path(folder) / "questionnaire.toml"
        form.write_text(text, encoding="utf-8")
        for id, seed in (("imt-2020", 1), ("imt-2026", 2)):
            consulting.plan(house, id, form, by=by, key=acts.new_key())
            open_to = () if seed == 1 else [one.id for one in asked.publics][:3]
            consulting.open_(house, id, until, open_to, by=by, key=acts.new_key())
            drawn = generator.generate(asked, 400 // seed, seed)
            handlers.import_responses(
                handlers.Import(
                    dossier=consulting.stream(id),
                    by=by,
                    key=acts.new_key(),
                    file=Digest(f"{seed:064x}"),
                    responses=tuple(map(responding.kept, drawn)),
                ),
                house.office,
            )
    consulting.close(house, "imt-2020", by=by, key=acts.new_key())


def _find(road: _Furnishing) -> None:
    """Say what was found in the consultation that is over, and where most of it led in a draft.

    The open answers are not coded here, so that no finding rests on their themes.
    """
    house, by = road.house, road.people[road.cast("secretary")]
    source = evaluating.source(house, "imt-2020")
    text = (road.script.folder / "interviews.toml").read_text(encoding="utf-8")
    today = workdays.day(house.now())
    heard = [replace(one, on=today, consented=today) for one in evaluating.read_interviews(text)]
    evaluating.register_interviews(house, source.stream, heard, by=by, key=acts.new_key())
    evaluating.register_findings(
        house, source.stream, list(_found(road, source)), by=by, key=acts.new_key()
    )
    drafter = road.cast("drafter")
    findings.attach_consultation(
        findings.AttachConsultation(**road.command(drafter), consultation=source.stream),
        house.office,
    )
    full = tomllib.loads((road.script.folder / "full.toml").read_text(encoding="utf-8"))
    for one in full["link"]:
        if "paragraphs" in one:
            findings.link_finding(
                findings.LinkFinding(
                    **road.command(drafter),
                    consultation=source.stream,
                    finding=one["finding"],
                    paragraphs=tuple(road.paragraph(start) for start in one["paragraphs"]),
                ),
                house.office,
            )


def _found(road: _Furnishing, source: evaluating.Source) -> Iterator[FindingFile]:
    text = (road.script.folder / "findings.toml").read_text(encoding="utf-8")
    own = coding.evaluation(road.house, source.stream)
    for raw in tomllib.loads(text)["finding"]:
        rests = [evaluating.rest_of(one) for one in raw["evidence"] if "theme" not in one]
        proofs = (evaluating.counted(road.house, source, own, rest) for rest in rests)
        yield FindingFile(raw["id"], Bilingual(**raw["text"]), tuple(filter(None, proofs)))
