"""A consultation for the tests: its summary as a value, and one that is closed in a house."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from approvals import workdays
from approvals.consultation import codebook, coding, generator, questionnaire
from approvals.consultation import synthesis as summary
from approvals.consultation.coding import Answer, Codes
from approvals.consultation.responses import Response
from approvals.consultation.synthesis import Found, Heard, Proof, Synthesis
from approvals.consultation.tally import tally
from approvals.names import Bilingual, PersonId
from flows import acts, consulting, responses_file
from flows.house import House

IMT = Path(__file__).resolve().parents[2] / "samples" / "imt"
FORM = (IMT / "questionnaire.toml").read_text(encoding="utf-8")
BOOK = (IMT / "codebook.toml").read_text(encoding="utf-8")
ASKED, THEMES = questionnaire.load(FORM), codebook.load(BOOK)
WORDS = {
    "companies": ("entreprises", "companies"),
    "education": ("douter", "doubt"),
    "openness": ("laboratoires", "laboratories", "boursiers", "grants"),
    "ecology": ("planète", "planet"),
    "together": ("ensemble", "together"),
}


def coded(text: str) -> Codes:
    """Code an answer by the words in it."""
    return frozenset(code for code, signs in WORDS.items() if any(one in text for one in signs))


@cache
def summed_up(count: int = 400, seed: int = 2020, *, by_link: bool = False) -> Synthesis:
    """A whole summary, of responses that nobody gave; ``by_link`` where people were invited."""
    invited = {"staff": 500, "students": 1} if by_link else {}
    given = list(generator.generate(ASKED, count, seed))
    counted = tally(ASKED, given)
    answers = {
        f"a{n}": Answer(f"a{n}", one.public, one.language, one.said["wish"])
        for n, one in enumerate(given)
        if "wish" in one.said
    }
    dealt = coding.deal(answers, 1)
    first = {id: coded(answers[id].text) for id in dealt.first}
    second = {
        id: frozenset() if place % 11 == 0 else coded(answers[id].text)
        for place, id in enumerate(dealt.second)
    }
    agreement = coding.compare(THEMES, first, second)
    joined = coding.settled(
        first, second, {one.answer: one.first for one in agreement.disagreements}
    )
    publics = {id: one.public for id, one in answers.items()}
    themes = coding.by_public(ASKED, THEMES, joined, publics, 5)
    distinct, *_, wish = ASKED.questions
    capacity = Bilingual("Représentante de <la> tutelle", "Representative of <the> ministry")
    return Synthesis(
        id="summer",
        title=ASKED.title,
        purpose=ASKED.purpose,
        institution=Bilingual("Institut Mines-Télécom", "Institut Mines-Télécom"),
        opened=date(2026, 6, 1),
        closed=date(2026, 7, 15),
        threshold=5,
        publics=tuple(one.title for one in ASKED.publics),
        total=counted.total,
        participation=summary.participation(ASKED, counted, invited),
        questions=tuple(summary.figure(one, counted.total) for one in counted.questions),
        themes=(
            summary.themes(
                "wish",
                wish.title,
                THEMES,
                codebook.digest(THEMES),
                themes,
                len(joined),
                agreement,
            ),
        ),
        heard=(
            Heard(capacity, date(2026, 8, 3), "", (Bilingual("Rester & tenir.", "Stay & hold."),)),
            Heard(
                Bilingual("élu du personnel", "elected by the staff"),
                date(2026, 8, 4),
                "Julien Mercadier",
                (Bilingual("Dire « ensemble ».", "Say “together”."),),
            ),
        ),
        unquoted=1,
        findings=(
            Found(
                "C1",
                Bilingual("Il se distingue par ses liens.", "Its ties set it apart."),
                (
                    Proof(distinct.options[0].title, distinct.title, 123),
                    Proof(distinct.options[1].title, distinct.title, 99),
                    Proof(Bilingual("", ""), capacity, 0),
                ),
            ),
        ),
        questionnaire=codebook.digest(THEMES),
        notice=Bilingual("Réponses inventées.", "Invented responses."),
    )


def person(house: House, handle: str) -> PersonId:
    return PersonId(house.person(handle).id)


def closed(house: House, folder: Path, given: Iterable[Response], id: str = "summer") -> str:
    """Run a consultation in a house from its plan to its close, in a day; give its stream."""
    by = person(house, "delmas")
    form, file = folder / "form.toml", folder / "responses.csv"
    form.write_text(FORM, encoding="utf-8")
    file.write_text(responses_file.written(ASKED, given), encoding="utf-8")
    consulting.plan(house, id, form, by=by, key=acts.new_key())
    consulting.open_(house, id, workdays.day(house.now()), (), by=by, key=acts.new_key())
    entry, reading = consulting.take(house, id, file, by=by, key=acts.new_key())
    assert entry is not None, reading.faults
    consulting.close(house, id, by=by, key=acts.new_key())
    return consulting.stream(id)
