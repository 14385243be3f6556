"""The OpenAPI 3.1 description, made of the tables of acts and looks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from pydantic.json_schema import models_json_schema
from starlette.responses import JSONResponse, Response

from approvals.desk.api.acts import ACTS
from approvals.desk.seen import Seen

LOOKS: Final[Mapping[str, tuple[str, str]]] = {
    "/api/v1/tasks": ("tasks", "What waits for the person."),
    "/api/v1/dossiers": ("dossiers", "Every dossier that the person may know of."),
    "/api/v1/dossiers/{dossier}": ("dossier", "One dossier in full."),
    "/api/v1/dossiers/{dossier}/events": ("events", "A dossier's ledger entries."),
    "/api/v1/dossiers/{dossier}/findings": (
        "findings",
        "The findings behind a text, and where each led.",
    ),
    "/api/v1/consultations": ("consultations", "Every consultation."),
    "/api/v1/consultations/{consultation}": ("consultation", "One, with what was found."),
    "/api/v1/consultations/{consultation}/coding/{question}": (
        "coding",
        "The answers that the person codes.",
    ),
    "/api/v1/people": ("people", "Who is enrolled, with their roles."),
    "/api/v1/head": ("head", "How far the ledger is."),
}


def _place(name: str) -> dict[str, Any]:
    """Describe a part of an address."""
    schema = {"type": "string", "minLength": 1, "maxLength": 200}
    return {"name": name, "in": "path", "required": True, "schema": schema}


_DOSSIER: Final = _place("dossier")
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "The same key makes the same act happen once.",
    "schema": {"type": "string", "minLength": 8, "maxLength": 100, "pattern": "^[!-~]+$"},
}
_AFTER: Final = {
    "name": "after",
    "in": "query",
    "description": "Give what is behind this version.",
    "schema": {"type": "integer", "minimum": 0, "maximum": 999_999_999},
}
_REFUSALS: Final = {
    "400": "What was sent is no JSON object.",
    "401": "No token, or one that is not valid.",
    "403": "The token's scopes or the person's roles do not go so far.",
    "404": "There is no such dossier for this person.",
    "409": "The dossier has moved on.",
    "413": "What was sent is too long.",
    "415": "What was sent is no JSON.",
    "422": "A guard refused, or the body is not as described.",
    "429": "Too often.",
    "503": "The database is not reachable.",
}


def document(seen: Seen) -> Response:
    """Give the description."""
    return JSONResponse(described())


@lru_cache(maxsize=1)
def described() -> dict[str, Any]:
    """Describe everything once."""
    refs, schemas = models_json_schema(
        [(act.body, "validation") for act in ACTS.values()],
        ref_template="#/components/schemas/{model}",
    )
    paths: dict[str, Any] = {
        where: {"get": _look(name, says, re.findall(r"{(\w+)}", where))}
        for where, (name, says) in LOOKS.items()
    }
    paths["/api/v1/files"] = {"post": _FILES}
    for act in ACTS.values():
        where = f"/api/v1/acts/{act.name}" if act.house else path(act.name)
        paths[where] = {"post": _post(act.name, act.says, act.scope, refs, act.house)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Énoncé",
            "version": "1",
            "description": "Every act of the desk for programs: the same handlers and guards.",
        },
        "paths": paths,
        "components": {
            "schemas": {**schemas.get("$defs", {}), "Entry": _ENTRY, "Error": _ERROR},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def path(name: str) -> str:
    """Give the address of an act on a dossier."""
    return f"/api/v1/dossiers/{{dossier}}/acts/{name}"


def _look(name: str, says: str, places: Sequence[str]) -> dict[str, Any]:
    parameters = [*map(_place, places), *([_AFTER] if name == "events" else [])]
    codes = ("404", "422") if name == "coding" else ("404",) if places else ()
    return {
        "operationId": name,
        "summary": says,
        "parameters": parameters,
        "responses": {
            "200": {"description": says, "content": _json({"type": "object"})},
            **_refusals("401", "403", *codes, "429", "503"),
        },
    }


def _post(name: str, says: str, scope: str, refs: Mapping[Any, Any], house: bool) -> dict[str, Any]:
    schema, other = refs[ACTS[name].body, "validation"], ACTS[name].other
    return {
        "operationId": name,
        "summary": says,
        "description": f"Needs the scope “{scope.replace('|', '” or “')}”.",
        "parameters": [_KEY] if house else [_DOSSIER, _KEY],
        "requestBody": {"required": True, "content": _json(schema)},
        "responses": {
            "200": {
                "description": "What was asked for." if other else "The ledger entry.",
                "content": _json(
                    {"type": "object"} if other else {"$ref": "#/components/schemas/Entry"}
                ),
            },
            **_refusals(*(code for code in _REFUSALS if not house or code != "404")),
        },
    }


def _refusals(*codes: str) -> dict[str, Any]:
    content = _json({"$ref": "#/components/schemas/Error"})
    return {code: {"description": _REFUSALS[code], "content": content} for code in codes}


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


_FILES: Final = {
    "operationId": "take-file",
    "summary": "Send a Word file that passes intake, for an act to name by its digest.",
    "description": "Needs the scope of an act that names a file.",
    "requestBody": {
        "required": True,
        "content": {
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document": {
                "schema": {"type": "string", "format": "binary"}
            }
        },
    },
    "responses": {
        "200": {"description": "Its digest.", "content": _json({"type": "object"})},
        **_refusals("401", "403", "413", "422", "429", "503"),
    },
}
_ENTRY: Final = {
    "type": "object",
    "required": ["sequence", "dossier", "version", "type", "payload", "time", "hash"],
    "properties": {
        "sequence": {"type": "integer"},
        "dossier": {"type": "string"},
        "version": {"type": "integer"},
        "type": {"type": "string"},
        "payload": {"type": "object"},
        "time": {"type": "string", "format": "date-time"},
        "previous": {"type": "string"},
        "hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
}
_ERROR: Final = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["guard", "message", "data"],
            "properties": {
                "guard": {"type": "string"},
                "message": {"type": "string"},
                "data": {"type": "object", "additionalProperties": {"type": "string"}},
            },
        }
    },
}
