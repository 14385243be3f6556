"""What may become of one try to send something."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """It was taken; ``said`` are the receiver's words."""

    said: str


@dataclass(frozen=True, slots=True)
class Later:
    """It was not taken, or nobody knows: it is sent again."""

    said: str


@dataclass(frozen=True, slots=True)
class Bounced:
    """It was refused for good; ``address`` where the address is refused and not the mail."""

    said: str
    address: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """Nothing can be sent at all for now: the server is away, or takes nothing from this house."""

    said: str


Outcome = Sent | Later | Bounced | Trouble
