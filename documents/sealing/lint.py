"""Says what in a Word file may not be sealed."""

from __future__ import annotations

from documents.sealing.package import Package


def refuse(package: Package) -> None:
    """Placeholder."""
