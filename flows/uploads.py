"""How an upload is judged here: intake with the limits that the settings give it.

The rules and the sentences are ``documents.intake``'s. Without a house the environment and the
defaults hold.
"""

from __future__ import annotations

from documents.container import MIB
from documents.intake import Confinement, Limits, Report, inspect
from flows import console
from flows.settings import Settings, default_home, load


def judge(data: bytes, name: str, settings: Settings | None = None) -> Report:
    """Judge an upload; ``name`` is the file's, for the report."""
    known = settings or load(console.GLOBALS.home or default_home())
    return inspect(data, name=name, limits=limits(known), confinement=confinement(known))


def limits(settings: Settings) -> Limits:
    """What an upload may be at most."""
    return Limits(
        size=settings.intake_size_mb * MIB,
        entries=settings.intake_parts,
        inflated=settings.intake_unpacked_mb * MIB,
        xml_part=settings.intake_xml_mb * MIB,
        ratio=settings.intake_ratio,
        depth=settings.intake_depth,
        grid_span=settings.intake_columns,
    )


def confinement(settings: Settings) -> Confinement:
    """What the process that inspects an upload may use."""
    return Confinement(
        memory=settings.intake_memory_mb * MIB,
        cpu=settings.intake_cpu_seconds,
        wall=settings.intake_wall_seconds,
    )
