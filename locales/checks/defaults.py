"""The checks that are run, in the order in which their findings are told: one line each."""

from __future__ import annotations

from locales.checks.base import Check
from locales.checks.content import Empty, LengthRatio, NegationLost, SameAsSource
from locales.checks.literals import Literals
from locales.checks.numbers import Numbers
from locales.checks.punctuation import Brackets, DoubleSpaces, EndPunctuation, Quotes
from locales.checks.spacing import FrenchSpacing
from locales.checks.tags import Tags
from locales.checks.terms import DoNotTranslate, ForbiddenTerm, MissingTerm

CHECKS: tuple[Check, ...] = (
    Empty(),
    Tags(),
    Numbers(),
    Literals(),
    ForbiddenTerm(),
    MissingTerm(),
    DoNotTranslate(),
    NegationLost(),
    SameAsSource(),
    LengthRatio(),
    EndPunctuation(),
    Brackets(),
    Quotes(),
    FrenchSpacing(),
    DoubleSpaces(),
)
