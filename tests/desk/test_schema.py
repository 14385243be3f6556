"""Schemathesis throws at the interface what its own description allows, and what it does not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from approvals.desk.app import build
from flows import desk as wiring
from flows.house import open_house
from tests.desk.conftest import Door

SCOPES = "read,submit,translate,decide,board,publish,admin"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
DOSSIERS = ("ethics", "charter", "strategy", "rules", "raison-d-etre")


@schemathesis.serializer(WORD)
def _word(ctx: object, value: object) -> bytes:
    """Send whatever stands for a Word file as bytes; hardly any of it is one."""
    return value if isinstance(value, bytes) else repr(value).encode()


@pytest.fixture(scope="module")
def place(
    furnished: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[ASGIApp, dict[str, str]]]:
    """A desk whose house may be changed, and everybody's token."""
    home = tmp_path_factory.mktemp("thrown-at") / "house"
    shutil.copytree(furnished, home)
    house = open_house(home)
    tokens = {
        handle: f"Bearer {house.person(handle).id}/{SCOPES}"
        for handle in ("castagnet", "delmas", "fontanel", "aubrac", "carrel")
    }
    yield build(wiring.desk(house), [Middleware(Door)]), tokens
    house.close()


@pytest.fixture(scope="module")
def described(place: tuple[ASGIApp, dict[str, str]]) -> schemathesis.BaseSchema:
    app, tokens = place
    return schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json", app, headers={"Authorization": tokens["castagnet"]}
    )


def test_whatever_is_sent_is_answered_as_described(
    described: schemathesis.BaseSchema, place: tuple[ASGIApp, dict[str, str]]
) -> None:
    """No fault of the server's own, for anybody, on any dossier."""
    tokens = list(place[1].values())
    tried = 0
    for found in described.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=10,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def sent(case: schemathesis.Case) -> None:
            turn = sum(map(ord, repr(case.body) + case.path))
            if "dossier" in case.path_parameters and turn % 4:
                case.path_parameters["dossier"] = DOSSIERS[turn % len(DOSSIERS)]
            response = case.call(headers={"Authorization": tokens[turn % len(tokens)]})
            case.validate_response(response, checks=CHECKS)

        sent()
        tried += 1
    assert tried > 40
