from __future__ import annotations

from dataclasses import replace

import pytest

from locales import checks, markup
from locales.checks import CHECKS, Check, Pair
from locales.glossary import Glossary, Status, Term
from locales.units import Offer, Origin, OriginKind, State, TranslationUnit

GLOSSARY = Glossary(
    (
        Term("raison d’être", "mission statement", Status.PREFERRED, ("raisons d’être",)),
        Term(
            "énoncé de mission", "mission statement", Status.FORBIDDEN, note="Write raison d’être."
        ),
        Term("partie prenante", "stakeholder", Status.PREFERRED),
        Term("acteur", "stakeholder", Status.ADMITTED),
        Term("IMT", "IMT", Status.DO_NOT_TRANSLATE),
        Term("leader", "", Status.FORBIDDEN),
    )
)

# What it is about: check, source language, source, target, found.
CASES: dict[str, tuple[str, str, str, str, bool]] = {
    "an empty translation": ("empty", "fr", "Le texte.", "  ", True),
    "a source without text": ("empty", "fr", '<x id="1"/>', '<x id="1"/>', False),
    "a missing tag": ("tags", "fr", '<g id="1">a</g>', "a", True),
    "an extra tag": ("tags", "fr", "a", '<x id="1"/>a', True),
    "a tag twice": ("tags", "fr", '<x id="1"/>a', '<x id="1"/>a<x id="1"/>', True),
    "a tag not closed": ("tags", "fr", '<g id="1">a</g>', '<g id="1">a', True),
    "a stray angle bracket": ("tags", "fr", "a", "a < b", True),
    "a tag inside another": (
        "tags",
        "fr",
        '<g id="1">a</g><x id="2"/>',
        '<g id="1">a<x id="2"/></g>',
        True,
    ),
    "tags in another order": (
        "tags",
        "fr",
        '<x id="1"/>a<x id="2"/>',
        '<x id="2"/>a<x id="1"/>',
        False,
    ),
    "an escaped angle bracket": ("tags", "fr", "a &lt; b", "a &lt; b", False),
    "a changed number": ("numbers", "fr", "En 2019", "In 2018", True),
    "a missing number": ("numbers", "fr", "Les 12 membres", "The members", True),
    "an invented number": ("numbers", "fr", "Les membres", "The 12 members", True),
    "a number written as the language does": (
        "numbers",
        "fr",
        "5 000,5 euros",
        "5,000.5 euros",
        False,
    ),
    "a number in words": ("numbers", "fr", "Les 2 ou trois", "The two or 3", False),
    "a century": ("numbers", "en", "the 21st century", "le XXIᵉ siècle", False),
    "a century in plain letters": ("numbers", "en", "the 19th century", "le XIXe siècle", False),
    "a month": ("numbers", "fr", "le 12/03/2021", "12 March 2021", False),
    "a time of day": ("numbers", "en", "at 2:30 p.m.", "à 14 h 30", False),
    "millions": ("numbers", "fr", "300 000 000 $", "$300 million", False),
    "a number twice": ("numbers", "fr", "5 et 5", "5", True),
    "an address": ("literals", "fr", "Voir https://a.org/x.", "See https://a.org/x.", False),
    "a changed address": ("literals", "fr", "Voir https://a.org/x", "See https://a.org/y", True),
    "an address with its language": (
        "literals",
        "fr",
        "https://a.org/fr/x",
        "https://a.org/en/x",
        False,
    ),
    "a mail address lost": ("literals", "fr", "Écrire à a@b.org.", "Write to us.", True),
    "an address out of nowhere": ("literals", "fr", "Écrire.", "Write to a@b.org.", True),
    "the preferred term": (
        "missing-term",
        "en",
        "Our mission statement",
        "Notre raison d'être",
        False,
    ),
    "an admitted term": ("missing-term", "en", "Our stakeholders", "Nos acteurs", False),
    "another word": ("missing-term", "en", "Our stakeholders", "Nos amis", True),
    "a text without terms": ("missing-term", "en", "Our friends", "Nos amis", False),
    "a forbidden term": (
        "forbidden-term",
        "en",
        "Our mission statements",
        "Nos énoncés de mission",
        True,
    ),
    "a forbidden term of another source": (
        "forbidden-term",
        "en",
        "Our list of tasks",
        "Notre énoncé de mission",
        False,
    ),
    "a term that is forbidden always": (
        "forbidden-term",
        "en",
        "We are first",
        "Nous sommes leaders",
        True,
    ),
    "a term that only the other line forbids": (
        "forbidden-term",
        "fr",
        "Notre énoncé de mission",
        "Our mission statement",
        False,
    ),
    "a name kept": ("do-not-translate", "en", "The IMT", "L’IMT", False),
    "a name lost": ("do-not-translate", "en", "The IMT", "L’institut", True),
    "a name lost in a longer word": ("do-not-translate", "en", "The IMT", "L’IMTA", True),
    "a negation lost in English": ("negation-lost", "fr", "Il ne vote pas.", "He votes.", True),
    "a negation lost in French": ("negation-lost", "en", "He shall not vote.", "Il vote.", True),
    "a negation kept": ("negation-lost", "fr", "Il ne vote jamais.", "He never votes.", False),
    "a negation in a prefix": (
        "negation-lost",
        "fr",
        "Ce n’est pas possible.",
        "This is impossible.",
        False,
    ),
    "only is no negation": (
        "negation-lost",
        "fr",
        "Il ne vote que demain.",
        "He votes tomorrow.",
        False,
    ),
    "the same text": (
        "same-as-source",
        "fr",
        "Le conseil adopte la résolution",
        "Le conseil adopte la résolution",
        True,
    ),
    "the same name": (
        "same-as-source",
        "fr",
        "Institut Mines-Télécom Business School",
        "Institut Mines-Télécom Business School",
        False,
    ),
    "the same word": ("same-as-source", "fr", "Introduction", "Introduction", False),
    "a translation far too short": (
        "length-ratio",
        "fr",
        "Le conseil adopte la résolution à la majorité.",
        "Adopted.",
        True,
    ),
    "a translation far too long": (
        "length-ratio",
        "fr",
        "Le conseil.",
        "The board, which met yesterday in its usual place.",
        True,
    ),
    "short texts": ("length-ratio", "fr", "Oui", "Yes, certainly", False),
    "a sentence without its end": ("end-punctuation", "fr", "Le texte.", "The text", True),
    "a question turned into a statement": ("end-punctuation", "fr", "Qui ?", "Who.", True),
    "a list with semicolons": ("end-punctuation", "en", "the courses,", "les formations ;", False),
    "an end inside quotation marks": ("end-punctuation", "en", "“Yes.”", "« Oui. »", False),
    "an ellipsis of three points": ("end-punctuation", "en", "and so...", "ainsi…", False),
    "a bracket not closed": ("brackets", "fr", "Le (texte)", "The (text", True),
    "a bracket closed by another": ("brackets", "fr", "Le (texte)", "The (text]", True),
    "a list letter": ("brackets", "fr", "(a) Former", "a) Teach", False),
    "a clause with its letter": ("brackets", "en", "paragraph (1)(b)", "l’alinéa (1)b)", False),
    "a quotation not closed": ("quotes", "fr", "« Oui »", "“Yes", True),
    "a quotation that goes on": ("quotes", "fr", "« Oui.", "“Yes.", False),
    "straight quotation marks": ("quotes", "fr", "« Oui »", '"Yes"', False),
    "a plain space before a colon": ("french-spacing", "en", "Thus: yes", "Ainsi : oui", True),
    "a missing space before a colon": ("french-spacing", "en", "Thus: yes", "Ainsi: oui", True),
    "another no-break space": ("french-spacing", "en", "Who?", "Qui\u00a0?", False),
    "spacing in English": ("french-spacing", "fr", "Qui\u00a0?", "Who ?", False),
    "an abbreviation with a plain space": ("french-spacing", "en", "s. 5", "art. 5", False),
    "a control character": ("control-characters", "fr", "Le texte", "The\x0b text", True),
    "a lost letter": ("control-characters", "fr", "Le texte", "The t\ufffdxt", True),
    "a tab": ("control-characters", "fr", "Le\ttexte", "The\ttext", False),
    "a placeholder lost": ("placeholders", "fr", "Bonjour {name}", "Hello", True),
    "a placeholder changed": ("placeholders", "en", "%(count)s files", "%(nombre)s fichiers", True),
    "a placeholder kept": ("placeholders", "en", "{{count}} files", "{{count}} fichiers", False),
    "a date changed": ("dates", "fr", "Le 12 mars 2021", "On 21 March 2021", True),
    "a month changed": ("dates", "en", "On March 12, 2021", "Le 12 mai 2021", True),
    "a date as the language writes it": (
        "dates",
        "fr",
        "Le 1er mars 2021",
        "March 1st, 2021",
        False,
    ),
    "a date in figures": ("dates", "fr", "le 12/03/2021", "12 March 2021", False),
    "a percent sign lost": ("percent", "fr", "Plus de 5 %", "More than 5", True),
    "a percentage in words": ("percent", "fr", "Plus de 5 %", "More than 5 per cent", False),
    "another currency": ("currency", "fr", "5 000 €", "$5,000", True),
    "a currency in words": ("currency", "en", "€5,000", "5 000 euros", False),
    "an English number in French": (
        "number-format",
        "en",
        "5,000.5 tonnes",
        "5,000.5 tonnes",
        True,
    ),
    "a French number in English": ("number-format", "fr", "12 500 élèves", "12 500 students", True),
    "a number in its own format": ("number-format", "en", "5,000 people", "5 000 personnes", False),
    "an acronym lost": ("acronyms", "fr", "Le CNRS et l’IMT", "The centre and IMT", True),
    "an acronym translated": ("acronyms", "fr", "L’UE et l’ONU", "The EU and the UN", False),
    "a century in Roman figures": ("acronyms", "fr", "Le XXI siècle", "The 21st century", False),
    "a sentence left in French": (
        "wrong-language",
        "fr",
        "Le conseil adopte la résolution sur le projet.",
        "Le conseil adopte la résolution pour le projet.",
        True,
    ),
    "a sentence in the right language": (
        "wrong-language",
        "fr",
        "Le conseil adopte la résolution sur le projet.",
        "The board adopts the resolution on the draft.",
        False,
    ),
    "a French name in an English sentence": (
        "wrong-language",
        "fr",
        "Voir la loi pour la confiance dans l’économie numérique.",
        "See the law called Loi pour la confiance dans l’économie numérique.",
        False,
    ),
    "a word that a machine did not know": (
        "unknown-word-marks",
        "en",
        "Our schools",
        "Nuestras *schools",
        True,
    ),
    "a word that bears a mark in the source too": (
        "unknown-word-marks",
        "en",
        "Follow #imt",
        "Suivez #imt",
        False,
    ),
    "a sentence lost": ("sentence-count", "fr", "Il vote. Elle vote.", "He votes.", True),
    "a sentence cut in two": (
        "sentence-count",
        "fr",
        "Il vote, elle aussi.",
        "He does. She too.",
        False,
    ),
    "a small letter at the beginning": ("capitals", "fr", "Le texte.", "the text.", True),
    "a capital at the beginning": ("capitals", "fr", "le texte.", "The text.", True),
    "a heading": ("capitals", "fr", "Le texte", "the text", False),
    "a word twice": ("double-words", "fr", "Le conseil vote.", "The the board votes.", True),
    "a word that French doubles": ("double-words", "en", "We ask.", "Nous nous demandons.", False),
    "a typewriter’s apostrophe": ("french-signs", "en", "The school.", "L'école.", True),
    "three points": ("french-signs", "en", "And so…", "Et ainsi...", True),
    "French signs": ("french-signs", "en", "The school…", "L’école…", False),
    "a zero-width space": ("invisible-characters", "fr", "Le texte", "The\u200b text", True),
    "no invisible character": ("invisible-characters", "fr", "Le texte", "The text", False),
    "an accent apart": ("decomposed", "en", "The school", "L’e\u0301cole", True),
    "an accent on its letter": ("decomposed", "en", "The school", "L’école", False),
    "two spaces": ("double-spaces", "fr", "Le texte.", "The  text.", True),
    "two spaces in the source too": ("double-spaces", "fr", "Le  texte.", "The  text.", False),
}


def run(source_language: str, source: str, target: str) -> tuple[checks.Finding, ...]:
    unit = TranslationUnit("0A0B0C0D", 2, source, target)
    other = "en" if source_language == "fr" else "fr"
    return checks.run(unit, source_language, other, glossary=GLOSSARY)


@pytest.mark.parametrize(
    ("check", "language", "source", "target", "found"), CASES.values(), ids=CASES.keys()
)
def test_a_check_finds_what_it_is_for(
    check: str, language: str, source: str, target: str, found: bool
) -> None:
    assert (check in {finding.check for finding in run(language, source, target)}) is found


IN_TABLE = [check for check in CHECKS if check.id != "fuzzy-unedited"]


@pytest.mark.parametrize("check", IN_TABLE, ids=lambda check: check.id)
def test_every_check_is_found_and_not_found_in_the_table(check: Check) -> None:
    assert {found for name, _, _, _, found in CASES.values() if name == check.id} == {True, False}


BLOCKING = {"empty", "tags", "forbidden-term", "control-characters", "placeholders"}


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[4]])
def test_only_what_is_surely_wrong_blocks(name: str) -> None:
    check, language, source, target, _ = CASES[name]
    blocking = {finding.check for finding in run(language, source, target) if finding.blocking}
    assert (check in blocking) is (check in BLOCKING or name == "a changed number")


def test_findings_say_which_segment_and_blocking_ones_come_first() -> None:
    found = run("fr", "Le texte, en 2019.", "In 2018  ")
    assert {(finding.paragraph, finding.index) for finding in found} == {("0A0B0C0D", 2)}
    assert [finding.blocking for finding in found] == sorted(
        (finding.blocking for finding in found), reverse=True
    )
    assert "2019" in str(found[0])


def test_a_unit_without_translation_is_empty() -> None:
    (finding,) = checks.run(TranslationUnit("1", 0, "Le texte"), "fr", "en")
    assert (finding.check, finding.blocking) == ("empty", True)


def test_a_mend_takes_the_finding_away() -> None:
    for source, target in (
        ("Thus: yes", "Ainsi : oui"),
        ("The text.", 'Le  <g id="1">texte</g>.'),
        ("The text.", 'Le le <g id="1">texte</g>.'),
        ("The text...", "L'e\u0301cole\u200b du texte\x07..."),
    ):
        for finding in checks.run(TranslationUnit("1", 0, source, target), "en", "fr"):
            if finding.fix is None:
                continue
            mended = checks.run(TranslationUnit("1", 0, source, finding.fix), "en", "fr")
            assert finding.check not in {one.check for one in mended}


def test_a_good_translation_has_no_findings() -> None:
    source = 'The board of IMT adopted <g id="1">the mission statement</g> on 12 March 2021 with 1,200 votes: a “success”.'
    target = 'Le conseil de l’IMT a adopté <g id="1">la raison d’être</g> le 12 mars 2021 par 1\u202f200 voix\u00a0: un «\u00a0succès\u00a0».'
    assert run("en", source, target) == ()


def test_a_pair_knows_its_plain_texts() -> None:
    pair = Pair('<g id="1">R&amp;D</g>', "x", "fr", "en")
    assert pair.source_text == markup.plain(pair.source) == "R&D"


FUZZY = TranslationUnit("1", 0, "The 3 boards vote.", "Les conseils votent.")


def test_a_similar_sentence_s_translation_taken_as_it_was_is_told() -> None:
    prefilled = replace(FUZZY, origin=Origin(OriginKind.FUZZY, 96))
    taken = replace(prefilled, state=State.TRANSLATED)
    offer = Offer("The boards vote.", "Les conseils votent.", 88)
    typed = replace(
        FUZZY, state=State.TRANSLATED, origin=Origin(OriginKind.PERSON), offers=(offer,)
    )
    edited = replace(typed, target="Les 3 conseils votent.")
    told = {
        name: "fuzzy-unedited" in {one.check for one in checks.run(unit, "en", "fr")}
        for name, unit in {
            "prefilled": prefilled,
            "taken": taken,
            "typed": typed,
            "edited": edited,
        }.items()
    }
    assert told == {"prefilled": False, "taken": True, "typed": True, "edited": False}


def test_sentences_are_held_to_one_another() -> None:
    units = [
        TranslationUnit("1", 0, "The board votes.", "Le conseil vote."),
        TranslationUnit("2", 0, "The board votes.", "Le conseil se prononce."),
        TranslationUnit("3", 0, "The board decides.", "Le conseil vote."),
        TranslationUnit("4", 0, "A last word.", "Un dernier mot."),
    ]
    found = {(one.paragraph, one.check) for one in checks.run_document(units, "en", "fr")}
    assert found == {
        ("1", "inconsistent-target"),
        ("2", "inconsistent-target"),
        ("1", "inconsistent-source"),
        ("3", "inconsistent-source"),
    }


def test_what_a_person_let_pass_is_told_with_the_reason_and_blocks_no_longer() -> None:
    unit = TranslationUnit("1", 0, "En 2019", "In 2018").waive("numbers", "The decree has it so.")
    (finding,) = checks.run(unit, "fr", "en")
    assert (finding.check, finding.blocking, finding.waived) == (
        "numbers",
        False,
        "The decree has it so.",
    )
    assert TranslationUnit.from_json(unit.to_json()) == unit
    assert unit.with_target("In 2017", State.TRANSLATED, Origin()).waived == ()


def test_a_circuit_says_what_blocks_and_what_is_not_looked_at() -> None:
    unit = TranslationUnit("1", 0, "Le texte.", "The  text")
    severities = {"end-punctuation": checks.Severity.BLOCKING, "double-spaces": None}
    (finding,) = checks.run(unit, "fr", "en", severities=severities)
    assert (finding.check, finding.blocking) == ("end-punctuation", True)
