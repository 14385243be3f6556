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
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from operator import itemgetter

from approvals import events
from approvals.errors import N_, ApprovalError
from approvals.ports import Json

Decoder = Callable[[typing.Any], typing.Any]

T = typing.TypeVar("T")

_REGISTRY: dict[str, type[events.Event]] = {
    kind.__name__: kind for kind in typing.get_args(events.Event)
}
_DECODERS: dict[type, Decoder] = {}


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
    if isinstance(value, tuple):
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
        except (KeyError, TypeError, ValueError) as found:
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


def _compile_record(kind: type) -> Decoder:
    quick = _compile_fields(kind)
    fields = dataclasses.fields(kind)
    if all(field.default is dataclasses.MISSING for field in fields):
        return quick
    hints = typing.get_type_hints(kind)
    coders = {field.name: _decoder(hints[field.name]) for field in fields}

    def decoded(value: typing.Any) -> typing.Any:
        if coders.keys() <= value.keys():
            return quick(value)
        return kind(**{name: coder(value[name]) for name, coder in coders.items() if name in value})

    return decoded


def _compile_fields(kind: type) -> Decoder:
    """Take a record's fields out of its object in one go, then decode those that need it."""
    hints = typing.get_type_hints(kind)
    coders = [(field.name, _decoder(hints[field.name])) for field in dataclasses.fields(kind)]
    if len(coders) == 1:
        [(name, coder)] = coders
        return lambda value: kind(coder(value[name]))
    take = itemgetter(*(name for name, _ in coders))
    special = [(at, coder) for at, (_, coder) in enumerate(coders) if coder is not _as_is]
    if not special:
        return lambda value: kind(*take(value))

    def decoded(value: typing.Any) -> typing.Any:
        fields = [*take(value)]
        for at, coder in special:
            fields[at] = coder(fields[at])
        return kind(*fields)

    return decoded
