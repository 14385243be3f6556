"""Faults as translators make them, one kind for each check, put into good pairs of sentences.

``FAULTS`` maps a check's id to a function that damages a translation, or gives None where the pair
has nothing that this fault could hit. Sentences are plain text; the source is English, the
translation French, unless the function's name is in ``INTO_ENGLISH``.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

Fault = Callable[[str, str, random.Random], tuple[str, str] | None]

TERM = "board of directors"


def _sub(
    pattern: str, to: str | Callable[[re.Match[str]], str], text: str, flags: int = 0
) -> str | None:
    changed, count = re.subn(pattern, to, text, count=1, flags=flags)
    return changed if count and changed != text else None


def _of(source: str, target: str | None) -> tuple[str, str] | None:
    return None if target is None else (source, target)


def empty(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    return source, chance.choice(("", " ", "\u00a0"))


def tags(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    words, others = source.split(" "), target.split(" ")
    words[0] = f'<g id="1">{words[0]}</g>'
    others[0] = chance.choice(
        (
            others[0],
            f'<g id="1">{others[0]}',
            f'<g id="2">{others[0]}</g>',
            f'<x id="1"/>{others[0]}',
        )
    )
    return " ".join(words), " ".join(others)


def control_characters(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    place = chance.randrange(len(target))
    return source, target[:place] + chance.choice("\x02\x0b\x1f\x7f\x91\ufffd") + target[place:]


def placeholders(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    name = chance.choice(("{name}", "{0}", "%(name)s", "{{date}}", "${user}"))
    return (
        f"{source} {name}",
        f"{target} {chance.choice(('', '{nom}', name[:-1]))}",
    )


def numbers(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    def other(match: re.Match[str]) -> str:
        return str(int(match.group()) + chance.randint(20, 60))

    return _of(source, _sub(r"(?<![\d.,\u00a0 ])\d{2,3}(?![\d.,\u00a0]| \d)", other, target))


def dates(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    month = chance.choice(("janvier", "mars", "août", "novembre"))
    day = f"{chance.randint(2, 12)} {month} 20{chance.randint(10, 26)}"
    wrong = day.replace(month, chance.choice(("février", "juin", "octobre")))
    english = dict(
        zip(
            ("janvier", "mars", "août", "novembre"),
            ("January", "March", "August", "November"),
            strict=True,
        )
    )
    return f"{source} {day.replace(month, english[month])}", f"{target} {wrong}"


def percent(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    number = chance.randint(2, 99)
    return f"{source} {number}%", f"{target} {number}"


def currency(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    number = chance.randint(200, 900)
    if re.search(r"[$€£]|dollar|euro|livre|pound", source + target):
        return None
    return f"{source} ${number}", f"{target} {number}\u00a0{chance.choice(('€', '£', 'euros'))}"


def number_format(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    number = f"{chance.randint(1, 99)},{chance.randint(100, 999)}{chance.choice(('', '.5'))}"
    return f"{source} {number}", f"{target} {number}"


def literals(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    address = chance.choice(("https://www.imt.fr/a", "www.imt.fr/aide", "contact@imt.fr"))
    wrong = chance.choice(("", address.replace("imt", "itm"), address.replace(".fr", ".com")))
    return f"{source} {address}", f"{target} {wrong}"


def forbidden_term(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    return source, f"{target} {chance.choice(('leader', 'leaders', 'Leader'))}"


def missing_term(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    if "board" in source.lower() or "conseil" in target.lower():
        return None
    return f"The {TERM}: {source}", f"La direction : {target}"


def do_not_translate(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    return f"IMT: {source}", f"{chance.choice(('Institut', 'I.M.T.', 'imt'))} : {target}"


def acronyms(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    if re.search(r"\b[A-ZÀ-Þ]{2,}", target) or re.search(r"\b[A-Z.]{2,}", source):
        return None
    return f"{source} {chance.choice(('CNRS', 'CDEFI', 'R.S.C.'))}", target


def negation_lost(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    verbs = (
        ("may not vote", "peut voter"),
        ("is not heard", "est entendu"),
        ("does not apply", "s’applique"),
        ("never votes", "vote"),
    )
    wrong, right = chance.choice(verbs)
    return f"The member {wrong}.", f"Le membre {right}."


def same_as_source(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    return source, source


def wrong_language(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    words = source.split(" ")
    if len(re.findall(r"\b(?:the|of|and|to|is|in|for|by|with|that|or|any)\b", source)) < 6:
        return None
    return source, " ".join([*words[:-1], "fin"])


def unknown_word_marks(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    words = target.split(" ")
    places = [place for place, word in enumerate(words) if word.isalpha() and len(word) > 2]
    if not places:
        return None
    place = chance.choice(places)
    words[place] = chance.choice("*@#") + words[place]
    return source, " ".join(words)


def length_ratio(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    if len(source) < 60:
        return None
    return source, chance.choice((target[: len(source) // 4], " ".join([target] * 3)))


def sentence_count(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    if not source.endswith(".") or not target.endswith("."):
        return None
    return f"{source} {chance.choice(('This is the end.', 'Nobody else votes.'))}", target


def capitals(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    if not (
        source[:1].isupper()
        and target[:1].isupper()
        and source.endswith(".")
        and target.endswith(".")
    ):
        return None
    return source, target[0].lower() + target[1:]


def double_words(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    if re.search(r"\b(\w{2,}) \1\b", source):
        return None
    words = target.split(" ")
    places = [
        place
        for place, word in enumerate(words)
        if word.isalpha() and len(word) > 1 and not word.isupper()
    ]
    if not places:
        return None
    place = chance.choice(places)
    return source, " ".join([*words[: place + 1], *words[place:]])


def end_punctuation(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    if not source.endswith(".") or not target.endswith("."):
        return None
    return source, target[:-1] + chance.choice(("", "\u202f?", "\u00a0:"))


def brackets(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    return (
        f"{source} (see below)",
        f"{target} {chance.choice(('(voir ci-dessous', 'voir ci-dessous]', '(voir ci-dessous]'))}",
    )


def quotes(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    wrong = chance.choice(("«\u00a0énoncé", "énoncé\u00a0»"))
    return f"{source} “statement”", f"{target} {wrong}"


def french_spacing(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    wrong = chance.choice(("Oui : tous ?", "Oui: tous?", "Oui\u00a0: tous?"))
    return f"{source} Yes: all?", f"{target} {wrong}"


def french_signs(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    return _of(source, _sub("’", "'", target)) or (source, f"{target.rstrip('.')}...")


def double_spaces(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    if "  " in source:
        return None
    places = [match.start() for match in re.finditer(r"(?<=\S) (?=\S)", target)]
    if not places:
        return None
    place = chance.choice(places)
    return source, f"{target[:place]} {target[place:]}"


def invisible_characters(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    place = chance.randrange(len(target))
    return source, target[:place] + chance.choice("\u200b\u200e\u202e\u2060\ufeff") + target[place:]


def decomposed(source: str, target: str, chance: random.Random) -> tuple[str, str] | None:
    apart = unicodedata.normalize("NFD", target)
    return None if apart == target else (source, apart)


FAULTS: dict[str, Fault] = {
    fault.__name__.replace("_", "-"): fault
    for fault in (
        empty,
        tags,
        control_characters,
        placeholders,
        numbers,
        dates,
        percent,
        currency,
        number_format,
        literals,
        forbidden_term,
        missing_term,
        do_not_translate,
        acronyms,
        negation_lost,
        same_as_source,
        wrong_language,
        unknown_word_marks,
        length_ratio,
        sentence_count,
        capitals,
        double_words,
        end_punctuation,
        brackets,
        quotes,
        french_spacing,
        french_signs,
        double_spaces,
        invisible_characters,
        decomposed,
    )
}
