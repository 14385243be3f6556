"""What an act of the interface is: a name, a scope, a body, and how it is brought.

An act whose command a program can fill in by itself is one ``simple``. Its body is the command
without the dossier (the address has it), the person (the token says who) and the key (the header
``Idempotency-Key``).
"""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel as Model
from pydantic import ConfigDict, create_model
from starlette.responses import Response

from approvals.desk import signing, unfinished
from approvals.desk.auth.guards.body import Limits
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError
from approvals.handlers.base import Command, Office
from approvals.ledger import Entry
from approvals.names import Digest

Carry = Callable[[Seen, str, Any], Entry | Response | None]
"""Brings an act: what is seen, the key, and the body as it was read.

What comes back is the ledger's entry; None where nothing was done; or an answer of its own.
"""

SIGNED: Final = frozenset({"vote", "drop-vote", "close-ballot", "seal"})
"""Acts that a house may take with a passkey only."""

_OWN: Final = frozenset({"dossier", "by", "key", "signoff"})
"""What a body has not: the address, the token and the header say it, or a browser alone can."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its name in the address, the scope, what the body is, and how it is brought."""

    name: str
    scope: str
    says: str
    body: type[Model]
    carry: Carry
    house: bool = False
    """Whether it is about the house and not about one dossier."""
    limits: Limits | None = None
    """How long its body may be, where that is more than usual."""
    other: bool = False
    """Whether what it gives back is an object of its own and not an entry."""
    handler: Callable[[Any, Office], Entry] | None = None
    """The handler, where the act is its command and nothing more."""


def body_of(name: str, kind: type[Any]) -> type[Model]:
    """Make the model of a body from a dataclass."""
    hints = typing.get_type_hints(kind)
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        if field.name in _OWN:
            continue
        required = field.default is dataclasses.MISSING
        fields[field.name] = (hints[field.name], ... if required else field.default)
    title = "".join(word.capitalize() for word in name.split("-"))
    return create_model(title, __config__=ConfigDict(extra="forbid"), **fields)


def simple(
    name: str,
    scope: str,
    says: str,
    kind: type[Command],
    handler: Callable[[Any, Office], Entry],
    *,
    house: bool = False,
) -> Act:
    """Make an act that is its command and its handler, and nothing more."""
    model = body_of(name, kind)

    def carry(seen: Seen, key: str, body: Model) -> Entry:
        if name in SIGNED and signing.required(seen):
            raise GuardError(
                signing.REQUIRED,
                N_("This house takes this act with a passkey only, and so at the desk."),
            )
        given = {field: getattr(body, field) for field in type(body).model_fields}
        dossier = "" if house else seen.dossier.id
        command = kind(dossier=dossier, by=seen.me, key=key, **given)
        return handler(command, seen.desk.house.office)

    return Act(name, scope, says, model, carry, house, handler=handler)


def act(name: str, scope: str, says: str, kind: type[Any], carry: Carry, **more: Any) -> Act:
    """Make an act for which the house does more than ask a handler; ``more`` as in ``Act``."""
    return Act(name, scope, says, body_of(name, kind), carry, **more)


def file_of(seen: Seen, digest: Digest) -> bytes:
    """Give a file that the same person sent within the last day, whole."""
    house = seen.desk.house
    named = re.fullmatch("[0-9a-f]{64}", digest)
    if not named or not unfinished.sent(house.store, seen.me, digest, seen.now):
        raise GuardError(
            "file",
            N_(
                "You sent no file with the digest {digest} within the last day. Send it to "
                "/api/v1/files first."
            ),
            digest=digest[:64],
        )
    return house.vault.get(digest)
