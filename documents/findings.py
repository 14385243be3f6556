"""What intake says about an upload: findings, and the report that holds them.

Plain values that cross the process border as JSON. The rules are in ``intake_rules``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from documents.errors import N_, DocumentError

Plain = str | int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that intake has to say, in one sentence that says what to do in Word."""

    code: str
    """The rule, for programs: ``macros``, ``external-link`` …"""
    message: str
    """The English sentence before its fields are filled."""
    data: Mapping[str, Plain] = field(default_factory=lambda: MappingProxyType({}))
    """The fields of the sentence."""
    part: str = ""
    """The part of the package where it is, or nothing when it is the whole file."""
    paragraph: int | None = None
    """The paragraph in that part, counted from 1, text boxes included."""
    near: str = ""
    """The beginning of that paragraph's text, for finding it in Word."""

    def __str__(self) -> str:
        return self.message.format_map(self.data)

    def to_json(self) -> dict[str, object]:
        """As plain values, keys as the fields."""
        return {
            "code": self.code,
            "message": self.message,
            "data": dict(self.data),
            "part": self.part,
            "paragraph": self.paragraph,
            "near": self.near,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> Finding:
        """Back from ``to_json``. Raises TypeError when a value is of another kind."""
        data, paragraph = value.get("data"), value.get("paragraph")
        if not isinstance(data, Mapping) or not isinstance(paragraph, int | None):
            raise TypeError("not a finding")
        fields = {str(key): item for key, item in data.items() if isinstance(item, str | int)}
        texts = [value.get(key) for key in ("code", "message", "part", "near")]
        code, message, part, near = (item for item in texts if isinstance(item, str))
        return cls(code, message, MappingProxyType(fields), part, paragraph, near)


@dataclass(frozen=True, slots=True)
class Report:
    """Intake's verdict on one upload."""

    name: str
    """The file's name as the sender gave it."""
    refusals: tuple[Finding, ...] = ()
    """Why the file is not taken; empty when it is."""
    warnings: tuple[Finding, ...] = ()
    """What the drafter should look at; the file is taken all the same."""

    @property
    def accepted(self) -> bool:
        """Whether the file may be read."""
        return not self.refusals

    def to_json(self) -> dict[str, object]:
        """As plain values: ``name``, ``accepted``, ``refusals``, ``warnings``."""
        return {
            "name": self.name,
            "accepted": self.accepted,
            "refusals": [finding.to_json() for finding in self.refusals],
            "warnings": [finding.to_json() for finding in self.warnings],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> Report:
        """Back from ``to_json``. Raises TypeError or ValueError when it is something else."""
        name, refusals, warnings = (value.get(key) for key in ("name", "refusals", "warnings"))
        if (
            not isinstance(name, str)
            or not isinstance(refusals, list)
            or not isinstance(warnings, list)
        ):
            raise TypeError("not a report")
        return cls(
            name,
            tuple(Finding.from_json(item) for item in refusals),
            tuple(Finding.from_json(item) for item in warnings),
        )


class IntakeRefusedError(DocumentError):
    """An upload did not pass intake; ``report`` says why, finding by finding."""

    def __init__(self, name: str, report: Report) -> None:
        super().__init__(N_("{name} was not taken in, and nothing was stored."), name=name)
        self.report = report
