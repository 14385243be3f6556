"""Events to JSON values and back, from their own type hints.

Nothing here knows a single event by name but the registry made of ``events.Event``; the canonical
byte form (RFC 8785) is the ledger's. Coders are compiled once per class, so that replaying
thousands of events costs little. A field that a class gained later has a default, and entries
written before it are read with that.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum

from approvals import events
from approvals.errors import N_, ApprovalError
from approvals.ports import Json

LATER = "later"
"""In a field's metadata: its items are made into records when somebody first looks at them."""

Decoder = Callable[[typing.Any], typing.Any]

T = typing.TypeVar("T")

_REGISTRY: dict[str, type[events.Event]] = {
    kind.__name__: kind for kind in typing.get_args(events.Event)
}
_DECODERS: dict[type, Decoder] = {}


class Later(Sequence[typing.Any]):
    """Records that are still JSON values; equal to the tuple that they make."""

    __slots__ = ("_item", "_made", "_raw")

    def __init__(self, raw: list[typing.Any], item: Decoder) -> None:
        self._raw, self._item = raw, item
        self._made: tuple[typing.Any, ...] | None = None

    def made(self) -> tuple[typing.Any, ...]:
        """Make the records, once."""
        if self._made is None:
            self._made = tuple(map(self._item, self._raw))
            self._raw = []
        return self._made

    def __len__(self) -> int:
        return len(self._raw) if self._made is None else len(self._made)

    def __iter__(self) -> Iterator[typing.Any]:
        return iter(self.made())

    def __getitem__(self, at: typing.Any) -> typing.Any:
        return self.made()[at]

    def __eq__(self, other: object) -> bool:
        return self.made() == (other.made() if isinstance(other, Later) else other)

    def __hash__(self) -> int:
        return hash(self.made())

    def __repr__(self) -> str:
        return repr(self.made())


class UnknownEventError(ApprovalError):
    """The ledger holds an event that this version of the house does not know."""


def encode(value: object) -> Json:
    """Turn a value of the events' vocabulary into plain JSON values."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | Later):
        return [encode(item) for item in value]
    if dataclasses.is_dataclass(value):
        return {
            field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    raise TypeError(f"{type(value).__name__} is not in the events' vocabulary")


def sparing(value: object) -> dict[str, Json]:
    """Encode a record without the fields that still have their defaults, at any depth.

    A digest over this stays the same when a class gains a field that a record does not use.
    """
    said: dict[str, Json] = {}
    for field in dataclasses.fields(typing.cast(typing.Any, value)):
        own = getattr(value, field.name)
        if own != field.default:
            said[field.name] = _sparing(own)
    return said


def _sparing(value: object) -> Json:
    if isinstance(value, tuple):
        return [_sparing(item) for item in value]
    return sparing(value) if dataclasses.is_dataclass(value) else encode(value)


def payload(event: events.Event) -> dict[str, Json]:
    """Give an event's JSON object."""
    return {field.name: encode(getattr(event, field.name)) for field in dataclasses.fields(event)}


def decode(kind: str, value: Mapping[str, Json]) -> events.Event:
    """Rebuild the event called ``kind``.

    Raises ``UnknownEventError`` where a newer version of the house wrote it.
    """
    known = _REGISTRY.get(kind)
    fault: Exception | None = None
    if known is not None:
        try:
            return typing.cast(events.Event, _decoder(known)(value))
        except (AttributeError, KeyError, TypeError, ValueError) as found:
            fault = found
    raise UnknownEventError(
        N_(
            "The ledger holds an entry of the kind {kind}, which this version cannot read. "
            "Use the version of enonce that wrote it, or a newer one."
        ),
        kind=kind,
    ) from fault


def rebuild(kind: type[T], value: Mapping[str, Json]) -> T:
    """Rebuild any dataclass of the events' vocabulary, such as a circuit read from a file."""
    return typing.cast(T, _decoder(kind)(value))


def _decoder(kind: typing.Any) -> Decoder:
    found = _DECODERS.get(kind)
    if found is None:
        found = _DECODERS[kind] = _compile(kind)
    return found


def _as_is(value: typing.Any) -> typing.Any:
    return value


def _compile(kind: typing.Any) -> Decoder:
    if isinstance(kind, typing.NewType):
        return _decoder(kind.__supertype__)
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        [inner] = [arg for arg in typing.get_args(kind) if arg is not type(None)]
        inside = _decoder(inner)
        if inside is _as_is:
            return _as_is
        return lambda value: None if value is None else inside(value)
    if origin is tuple:
        return _compile_tuple(_decoder(typing.get_args(kind)[0]))
    if dataclasses.is_dataclass(kind):
        return _compile_record(typing.cast(type, kind))
    if kind in (datetime, date):
        return typing.cast(Decoder, kind.fromisoformat)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {str(member): member for member in kind}.__getitem__
    if kind in (str, int, bool):
        return _as_is
    raise TypeError(f"{kind!r} is not in the events' vocabulary")


def _compile_tuple(item: Decoder) -> Decoder:
    if item is _as_is:
        return tuple
    return lambda value: tuple([item(one) for one in value])


def _compile_later(kind: typing.Any) -> Decoder:
    item = _decoder(typing.get_args(kind)[0])

    def decoded(value: typing.Any) -> typing.Any:
        if not isinstance(value, list):
            raise TypeError(f"{value!r} is no list")
        return Later(value, item)

    return decoded


def _compile_record(kind: type) -> Decoder:
    """Write the function that fills a record's slots, as ``dataclasses`` writes ``__init__``.

    It sets each slot directly, which a frozen class's own ``__init__`` cannot do as quickly: most
    of the time of a replay goes into making records.
    """
    hints = typing.get_type_hints(kind)
    fields = dataclasses.fields(kind)
    if "__slots__" not in vars(kind) or hasattr(kind, "__post_init__"):
        raise TypeError(f"{kind!r} is not in the events' vocabulary")
    known: dict[str, typing.Any] = {"new": object.__new__, "kind": kind}
    lines = ["def decoded(value):", "    made = new(kind)"]
    for at, field in enumerate(fields):
        coder = _decoder(hints[field.name])
        if field.metadata.get(LATER):
            coder = _compile_later(hints[field.name])
        known |= {f"set_{at}": vars(kind)[field.name].__set__, f"decode_{at}": coder}
        taken = f"value[{field.name!r}]"
        said = taken if coder is _as_is else f"decode_{at}({taken})"
        if field.default is not dataclasses.MISSING:
            known[f"default_{at}"] = field.default
            said = f"{said} if {field.name!r} in value else default_{at}"
        lines.append(f"    set_{at}(made, {said})")
    lines.append("    return made")
    exec("\n".join(lines), known)  # noqa: S102 (made of field names alone)
    return typing.cast(Decoder, known["decoded"])
