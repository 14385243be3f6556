"""Answers for any copy of one house; what an answer is, is ``approvals.editions``'s."""

from __future__ import annotations

from approvals import editions
from approvals.editions import Answer, Standing
from flows.console import Json
from flows.house import House

__all__ = ["Answer", "Standing", "answer", "plain_values"]


def answer(house: House, digest: str) -> Answer:
    """Say what has become of the copy with a digest; its beginning will do from 12 digits on."""
    return editions.answer(house.dossiers(), digest, house.note)


def plain_values(found: Answer) -> dict[str, Json]:
    """Give an answer as plain values."""
    plain = {name: str(value) for name, value in found.data.items()}
    return {
        "digest": found.digest,
        "standing": found.standing.value,
        "chain": list(found.chain),
        **plain,
    }
