"""The checks that are run, in the order in which their findings are told: one line each."""

from __future__ import annotations

from locales.checks.amounts import Currency, Dates, NumberFormat, Percent
from locales.checks.base import Check, DocumentCheck
from locales.checks.characters import ControlCharacters, Decomposed, InvisibleCharacters
from locales.checks.consistency import FuzzyUnedited, InconsistentSource, InconsistentTarget
from locales.checks.content import Empty, LengthRatio, NegationLost, SameAsSource
from locales.checks.literals import Literals, Placeholders
from locales.checks.numbers import Numbers
from locales.checks.punctuation import Brackets, DoubleSpaces, EndPunctuation, Quotes
from locales.checks.spacing import FrenchSpacing
from locales.checks.tags import Tags
from locales.checks.terms import Acronyms, DoNotTranslate, ForbiddenTerm, MissingTerm
from locales.checks.wording import (
    Capitals,
    DoubleWords,
    FrenchSigns,
    SentenceCount,
    UnknownWordMarks,
    WrongLanguage,
)

CHECKS: tuple[Check, ...] = (
    Empty(),
    Tags(),
    ControlCharacters(),
    Placeholders(),
    Numbers(),
    Dates(),
    Percent(),
    Currency(),
    NumberFormat(),
    Literals(),
    ForbiddenTerm(),
    MissingTerm(),
    DoNotTranslate(),
    Acronyms(),
    NegationLost(),
    SameAsSource(),
    WrongLanguage(),
    UnknownWordMarks(),
    FuzzyUnedited(),
    LengthRatio(),
    SentenceCount(),
    Capitals(),
    DoubleWords(),
    EndPunctuation(),
    Brackets(),
    Quotes(),
    FrenchSpacing(),
    FrenchSigns(),
    DoubleSpaces(),
    InvisibleCharacters(),
    Decomposed(),
)

DOCUMENT_CHECKS: tuple[DocumentCheck, ...] = (
    InconsistentTarget(),
    InconsistentSource(),
)
