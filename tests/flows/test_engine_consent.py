"""No text leaves before an administrator has allowed it, by name and by level of confidentiality."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from approvals.events import Confidentiality
from approvals.names import Bilingual
from approvals.policy import Stage
from flows import acts, cli
from flows.house import House
from flows.settings import Settings
from flows.stages import RUNS
from locales.engines import ENGINES
from locales.engines import create as engine
from tests.flows import houses

REMOTE = sorted(name for name in ENGINES if engine(name, {}).translator.sends_text_to)


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that anything tries to look up or connect to; none but loopback is let through."""
    tried: list[Any] = []

    def watched(name: str, real: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            address = args[1] if name != "getaddrinfo" else args[0]
            host = address[0] if isinstance(address, tuple) else address
            tried.append(host)
            if host not in ("127.0.0.1", "localhost"):
                raise OSError(f"{name} to {host} is not allowed here")
            return real(*args, **kwargs)

        return call

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, watched(name, getattr(socket.socket, name)))
    monkeypatch.setattr(socket, "getaddrinfo", watched("getaddrinfo", socket.getaddrinfo))
    return tried


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What a LibreTranslate server on this machine is asked."""
    texts: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            texts.extend(body["q"])
            payload = json.dumps({"translatedText": [f"FR {one}" for one in body["q"]]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    monkeypatch.setenv("ENONCE_LIBRETRANSLATE_URL", f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield texts
    server.shutdown()
    server.server_close()
    thread.join()


def translated(house: House, name: str, level: Confidentiality, **settings: object) -> str:
    """Bring a dossier of a level to its translation, carry that out, and give its log line."""
    house.settings = house.settings.model_copy(update=settings)
    acts.submit(
        house,
        houses.small_docx(f"{houses.SENTENCE} {name}"),
        "statement.docx",
        by=houses.drafter(house),
        dossier=name,
        title=Bilingual(name, name),
        confidentiality=level,
    )
    houses.hand_over(house, name)
    return RUNS[Stage.TRANSLATE](house, name)


@pytest.mark.parametrize("name", REMOTE)
def test_without_consent_no_connection_is_even_tried(
    name: str, house: House, guard: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in (("KEY", "k"), ("URL", "https://provider.example")):
        monkeypatch.setenv(f"ENONCE_{name.upper()}_{variable}", value)
    others = {other: list(Confidentiality) for other in REMOTE if other != name}
    for level in Confidentiality:
        said = translated(house, f"no-{level}", level, engine=name, engine_consent=others)
        assert "0 by machine" in said
    assert guard == []


@pytest.mark.parametrize("name", REMOTE)
def test_a_file_without_a_house_is_not_sent_without_consent_either(
    name: str,
    guard: list[Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for variable, value in (("KEY", "k"), ("URL", "https://provider.example")):
        monkeypatch.setenv(f"ENONCE_{name.upper()}_{variable}", value)
    (tmp_path / "in.docx").write_bytes(houses.small_docx())
    words = ["translate-file", str(tmp_path / "in.docx"), "--from", "en", "--to", "fr"]
    out = tmp_path / "out.docx"
    other = next(one for one in REMOTE if one != name)
    asked = ["-o", str(out), "--engine", name, "--consent", other, "--json"]
    assert cli.run([*words, *asked]) == 4
    assert f"--consent {name}" in json.loads(capsys.readouterr().out)["error"]["message"]
    assert guard == []
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.docx"]


@pytest.mark.parametrize("allowed", [[], ["public"], ["public", "internal"], ["confidential"]])
def test_only_dossiers_of_a_level_that_was_allowed_are_sent(
    allowed: list[str], house: House, guard: list[Any], asked: list[str]
) -> None:
    consent = {"libretranslate": [Confidentiality(level) for level in allowed]}
    for level in Confidentiality:
        before = len(guard), len(asked)
        said = translated(
            house, f"d-{level}", level, engine="libretranslate", engine_consent=consent
        )
        if level in allowed:
            assert any(f"d-{level}" in text for text in asked[before[1] :])
            assert "0 by machine" not in said
        else:
            assert (len(guard), len(asked)) == before
            assert "0 by machine" in said
    assert set(guard) <= {"127.0.0.1"}


def test_the_guard_itself_catches_what_is_sent(
    house: House, guard: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENONCE_DEEPL_KEY", "k")
    monkeypatch.setattr("time.sleep", lambda _: None)
    level = Confidentiality.PUBLIC
    said = translated(house, "caught", level, engine="deepl", engine_consent={"deepl": [level]})
    assert "0 by machine" in said
    assert "api.deepl.com" in guard


DOCTOR: dict[str, tuple[str, str, str, str]] = {
    "an engine of this machine": ("apertium", "{}", "ok", "sends nothing"),
    "an engine that nobody allowed": ("deepl", '{"google": ["public"]}', "note", "no level allows"),
    "an engine that is allowed": ("deepl", '{"deepl": ["public", "internal"]}', "ok", "internal"),
    "no engine of that name": ("babelfish", "{}", "fault", "no translation engine"),
}


@pytest.mark.parametrize(("name", "consent", "mark", "words"), DOCTOR.values(), ids=DOCTOR.keys())
def test_the_doctor_says_whose_texts_the_engine_may_be_sent(
    name: str,
    consent: str,
    mark: str,
    words: str,
    home: Path,
    guard: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ENONCE_ENGINE", name)
    monkeypatch.setenv("ENONCE_ENGINE_CONSENT", consent)
    code = cli.run(["doctor", "--home", str(home), "--json"])
    told = json.loads(capsys.readouterr().out)
    (found,) = [one for one in told["findings"] if one["what"].startswith("Engine")]
    assert found["mark"] == mark
    assert words in found["says"]
    assert (code == 0) is (mark != "fault")
    assert guard == []


def test_consent_is_written_the_same_way_in_the_file_and_in_the_environment(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "enonce.toml").write_text('engine_consent = { deepl = ["public"] }\n')
    told = Settings(home=tmp_path)
    assert told.engine_consent == {"deepl": [Confidentiality.PUBLIC]}
    monkeypatch.setenv("ENONCE_ENGINE_CONSENT", '{"google": ["internal"]}')
    told = Settings(home=tmp_path)
    assert told.engine_consent["google"] == [Confidentiality.INTERNAL]
    (tmp_path / "enonce.toml").write_text('engine_consent = { deepl = ["secret"] }\n')
    monkeypatch.delenv("ENONCE_ENGINE_CONSENT")
    with pytest.raises(ValidationError, match="confidential"):
        Settings(home=tmp_path)


def test_what_an_administrator_allows_and_takes_back_holds_at_once(
    house: House, guard: list[Any], asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    level, home = Confidentiality.INTERNAL, str(house.home)
    said = translated(house, "before", level, engine="libretranslate", engine_consent={})
    assert "0 by machine" in said
    assert asked == []
    line = ["consent", "libretranslate", "--home", home, "--as", "carrel", "--json"]
    name = engine("libretranslate", {}).translator.sends_text_to
    assert cli.run([*line, "--level", "internal"]) == 4
    assert cli.run([*line, "--level", "internal", "--provider", name]) == 0
    said = translated(house, "while", level, engine="libretranslate")
    assert any("while" in text for text in asked)
    capsys.readouterr()
    assert cli.run(["consent", "--home", home, "--json"]) == 0
    [listed] = [one for one in json.loads(capsys.readouterr().out)["engines"] if one["levels"]]
    assert (listed["engine"], listed["levels"], listed["by"]) == (
        "libretranslate", ["internal"], "carrel",
    )  # fmt: skip
    assert cli.run([*line, "--provider", name]) == 0
    count = len(asked)
    assert "0 by machine" in translated(house, "after", level, engine="libretranslate")
    assert len(asked) == count
