"""What a check is: one small class that looks at a sentence and its translation, or at all of them.

A check's id is its class name in small letters with hyphens; its French and English sentences are
its own. Checks are registered in ``defaults``, run by ``locales.checks.run``, and never change
anything: where a mend is safe they offer it as ``fix``.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from locales import markup, typography
from locales.errors import Value
from locales.glossary import Glossary
from locales.markup import TaggedText
from locales.units import TranslationUnit

_UNSET = "\0"
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


class Severity(StrEnum):
    """Whether a finding forbids to certify a translation."""

    BLOCKING = "blocking"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says: an English msgid with its fields, and a mended target where one is safe.

    ``paragraph`` and ``index`` say which segment; ``waived`` is the reason for which a person let
    it pass.
    """

    check: str
    severity: Severity
    message: str
    data: Mapping[str, Value]
    paragraph: str = ""
    index: int = 0
    fix: TaggedText | None = None
    waived: str = ""

    @property
    def blocking(self) -> bool:
        """Whether it forbids to certify."""
        return self.severity is Severity.BLOCKING and not self.waived

    def __str__(self) -> str:
        return self.message.format_map(self.data)


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence and its translation as a check sees them: tagged and plain.

    ``unit`` is there where the pair comes from a document, and says how the target came about.
    """

    source: TaggedText
    target: TaggedText
    source_language: str
    target_language: str
    glossary: Glossary = field(default_factory=lambda: Glossary(()))
    profile: str = typography.DEFAULT
    unit: TranslationUnit | None = None
    source_text: str = field(init=False)
    target_text: str = field(init=False)
    _typeset: TaggedText | None = field(init=False, default=_UNSET)

    def __post_init__(self) -> None:
        object.__setattr__(self, "source_text", markup.plain(self.source))
        object.__setattr__(self, "target_text", markup.plain(self.target))

    @property
    def typeset(self) -> TaggedText | None:
        """The target as its language's typography sets it; None where its tags do not allow it."""
        if self._typeset is _UNSET:
            fit = markup.well_formed(self.target)
            made = None
            if fit:
                made = typography.typeset(self.target, self.target_language, self.profile)
            object.__setattr__(self, "_typeset", made)
        return self._typeset


class Check(ABC):
    """One thing that can be wrong with a translation."""

    severity: ClassVar[Severity] = Severity.WARNING
    sometimes: ClassVar[str] = ""
    """Says when a finding has another severity than this one."""
    fixed: ClassVar[bool] = False
    """Whether no circuit may weigh it less, and nobody let it pass: the file would be broken."""

    @property
    def id(self) -> str:
        """The name of the check, from that of its class."""
        return _CAPITAL.sub("-", type(self).__name__).lower()

    @abstractmethod
    def look(self, pair: Pair) -> Iterator[Finding]:
        """Say what is wrong."""

    def finding(
        self,
        message: str,
        *,
        fix: TaggedText | None = None,
        severity: Severity | None = None,
        **data: Value,
    ) -> Finding:
        """Make a finding of this check."""
        return Finding(self.id, severity or self.severity, message, data, fix=fix)


class DocumentCheck(ABC):
    """One thing that can be wrong between the sentences of a document."""

    severity: ClassVar[Severity] = Severity.WARNING
    sometimes: ClassVar[str] = ""
    fixed: ClassVar[bool] = False

    @property
    def id(self) -> str:
        """The name of the check, from that of its class."""
        return _CAPITAL.sub("-", type(self).__name__).lower()

    @abstractmethod
    def look(self, units: Sequence[TranslationUnit]) -> Iterator[Finding]:
        """Say what is wrong, at each of the segments that it concerns."""

    def finding(self, unit: TranslationUnit, message: str, **data: Value) -> Finding:
        """Make a finding of this check at a segment."""
        return Finding(self.id, self.severity, message, data, unit.paragraph, unit.index)
