"""Writes the rules of the boards that ship, with what each rests on, into docs/approvals.md.

``python -m tests.approvals.citations`` rewrites them; ``test_docs`` fails where they differ from the
presets.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "approvals.md"
PRESETS = ROOT / "approvals" / "presets"
NAMES = ("imt-type", "decret-2006-672", "roberts-rules")
BEGIN, END = "<!-- citations -->\n", "<!-- /citations -->"


def _value(raw: object) -> str:
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, list):
        return ", ".join(map(str, raw)) or "none"
    return str(raw)


def preset(name: str) -> Iterator[str]:
    """One preset's heading and tables."""
    told: Mapping[str, Any] = tomllib.loads((PRESETS / f"{name}.toml").read_text("utf-8"))
    rules = told["rules"]
    yield f"### `{name}`: {told['title']['en']}\n"
    yield "| rule | value | status | rests on |"
    yield "|---|---|---|---|"
    for one in told["citation"]:
        field = one["field"]
        value = _value(rules[field]) if field in rules else "–"
        yield f"| `{field}` | {value} | {one['status']} | {one['source']['en']} |"
    for one in told.get("college", ()):
        if "source" in one:
            seats = f"{one['seats']} seats" if "seats" in one else "–"
            yield f"| college `{one['id']}` | {seats} | cited | {one['source']['en']} |"
    yield ""


def rewritten(text: str) -> str:
    """Put the presets in their place."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("no place for the citations")
    lines = "\n".join(line for name in NAMES for line in preset(name))
    return f"{before}{begin}\n{lines}\n{end}{after}"


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text("utf-8")), "utf-8")
