"""``enonce serve`` as an operator meets it: its pages, how it ends, what it refuses."""

from __future__ import annotations

import json
import re
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPMessage
from pathlib import Path

import pytest

from flows import dispatch
from flows.prefect_lock import Lock
from tests.flows.commands import Started, done
from tests.flows.houses import hand_over, types

pytestmark = [pytest.mark.needs_prefect, pytest.mark.slow]


@pytest.fixture
def serve(home: Path) -> Iterator[Callable[..., Started]]:
    """Start ``enonce serve`` on the test's house."""
    started: list[Started] = []

    def start(*words: str, **more: str) -> Started:
        started.append(Started(home, "serve", "--port", "0", *words, **more))
        return started[-1]

    yield start
    for one in started:
        one.kill()


def address(service: Started) -> str:
    found = re.search(r"http://localhost:\d+/", service.until("http://"))
    assert found
    return found[0]


def get(url: str, **headers: str) -> tuple[int, str, HTTPMessage]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode(), refused.headers


LANGUAGES = {
    "French where nothing is asked": ("", {}, "Personne", "fr"),
    "French by the browser": ("", {"Accept-Language": "fr-FR,en;q=0.5"}, "Personne", "fr"),
    "English by the browser": ("", {"Accept-Language": "en,fr;q=0.5"}, "Nobody can", "en"),
    "French by the address": ("?lang=fr", {"Accept-Language": "en"}, "Personne", "fr"),
    "what the browser wants, for a language that is not there": (
        "?lang=de",
        {"Accept-Language": "en"},
        "Nobody can",
        "en",
    ),
}


def test_the_desk_the_health_and_a_clean_end_on_sigterm(
    home: Path, house, serve, eventually, alive
) -> None:
    """One service for all of it, because each start takes seconds."""
    service = serve()
    at = address(service)
    code = service.until("gives this code")
    assert re.search(r"first-run and gives this code: \S{8,}", code)
    for name, (query, headers, title, language) in LANGUAGES.items():
        status, page, told = get(f"{at}first-run{query}", **headers)
        assert status == 200, name
        assert title in page, name
        assert f'<html lang="{language}"' in page, name
        assert "default-src 'self'" in told["Content-Security-Policy"]
        assert not re.search(r"<script(?! src=)", page)
    assert get(at, Host="desk.example.org")[0] == 400
    assert get(f"{at}nothing")[0] == 404

    service.until("Prefect’s server stands")
    eventually(lambda: get(f"{at}healthz")[0] == 200)
    assert json.loads(get(f"{at}healthz")[1])["ok"] is True
    for path in ("api/health", "api/ready", "api/admin/version", "api/csrf-token", "prefect"):
        assert get(f"{at}{path}")[0] == 404, "Prefect's interface is not reached through the desk"

    hand_over(house, "a")
    eventually(lambda: "TranslationPrepared" in types(house, "a"), 60)

    keeper = Lock(home / "prefect" / "server.lock").holder()
    assert keeper is not None
    assert service.end(signal.SIGTERM) == 0
    assert service.lines[-1] == "The house is closed."
    assert not dispatch.is_running(home)
    assert not alive(keeper)
    assert not any("Traceback" in line for line in service.lines)


def test_ctrl_c_while_prefect_s_server_still_starts_ends_it_too(home: Path, serve) -> None:
    service = serve("--lang", "fr")
    address(service)
    assert service.end(signal.SIGINT) == 0
    assert service.lines[-1] == "La maison est fermée."
    assert not any("Traceback" in line for line in service.lines)
    assert Lock(home / "prefect" / "server.lock").holder() is None


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Port {} cannot be used"), ("fr", "Le port {} ne peut pas être utilisé")],
)
def test_a_port_in_use_is_refused_in_one_sentence_and_nothing_is_started(
    home: Path, language: str, said: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = done(home, "--lang", language, "serve", "--port", str(port))
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith(said.format(port))
    assert len(refused.stderr.strip().splitlines()) == 1
    assert not (home / "prefect").exists()
