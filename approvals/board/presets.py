"""The presets that ship with the product: one rule file each in ``approvals/presets``.

A file more in that folder is a preset more; its name is the preset's. ``template.toml`` is the
commented file to begin one's own with, not a preset.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from approvals.board.files import load_rules
from approvals.board.rules import BoardRules
from approvals.errors import N_, ApprovalError

FOLDER: Final = Path(__file__).resolve().parent.parent / "presets"
TEMPLATE: Final = "template"


class UnknownPresetError(ApprovalError):
    """There is no preset of this name."""


def names() -> tuple[str, ...]:
    """Give the names of all presets, in order."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml") if file.stem != TEMPLATE))


def text(name: str) -> str:
    """Give a preset's file; raise ``UnknownPresetError``."""
    if name not in names():
        raise UnknownPresetError(
            N_("There is no preset {name}. There are {names}."), name=name, names=names()
        )
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


def rules(name: str) -> BoardRules:
    """Give a preset's rules."""
    return load_rules(text(name))


def template() -> str:
    """Give the commented file to begin one's own rules with."""
    return (FOLDER / f"{TEMPLATE}.toml").read_text(encoding="utf-8")
