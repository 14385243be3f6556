"""A run that is killed while the engine works is taken up again, and nothing is asked twice."""

from __future__ import annotations

import io
import json
import os
import pty
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import docx
import pytest

from approvals.names import Bilingual
from approvals.store import progress
from flows import acts
from flows.commands import translation
from flows.house import open_house
from flows.stages import translate
from tests.flows import houses

ROOT = Path(__file__).resolve().parents[2]
DRAFT = ROOT / "samples" / "imt" / "statement.en.docx"


@dataclass
class Provider:
    url: str
    answered: list[list[str]] = field(default_factory=list)
    patience: int = 1
    """How many requests are answered; the others hang until ``opened``."""
    opened: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A LibreTranslate server that answers one request and lets the others wait."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with made.lock:
                first = len(made.answered) < made.patience
                if first:
                    made.answered.append(body["q"])
            if not first:
                made.opened.wait()
                if made.patience == 1:
                    return
            payload = json.dumps({"translatedText": [f"FR {one}" for one in body["q"]]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.opened.set()
    server.shutdown()
    server.server_close()
    thread.join()


def start(out: Path, provider: Provider, stderr: int = subprocess.PIPE) -> subprocess.Popen[str]:
    words = ["translate-file", DRAFT, "--from", "en", "--to", "fr", "-o", out]
    engine = ["--engine", "libretranslate", "--consent", "libretranslate", "--json"]
    return subprocess.Popen(
        [sys.executable, "-m", "flows", *map(str, words), *engine],
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        cwd=ROOT,
        env=os.environ | {"ENONCE_LIBRETRANSLATE_URL": provider.url},
    )


def kept(file: Path) -> int:
    if not file.exists():
        return 0
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as reader:
            found = reader.execute("SELECT count(*) FROM answers").fetchone()[0]
        reader.close()
    except sqlite3.OperationalError:
        return 0
    return int(found)


def test_what_was_paid_for_before_a_kill_is_not_asked_again(
    provider: Provider, tmp_path: Path, eventually: Callable[..., None]
) -> None:
    out = tmp_path / "statement.fr.docx"
    answers = tmp_path / "statement.fr.docx.answers"
    first = start(out, provider)
    eventually(lambda: kept(answers) > 0, 60)
    first.kill()
    first.communicate()
    assert first.returncode == -9
    assert not out.exists()
    (paid,) = provider.answered
    assert kept(answers) == len(paid)

    provider.patience = 1000
    provider.opened.set()
    second = start(out, provider)
    said, _ = second.communicate(timeout=100)
    assert second.returncode in (0, 3)
    told = json.loads(said)
    assert told["counts"]["missing"] == 0
    later = [text for texts in provider.answered[1:] for text in texts]
    assert later
    assert set(later).isdisjoint(paid)
    assert len(later) == len(set(later))
    assert out.exists()
    assert not answers.exists()


def test_a_stage_that_was_killed_goes_on_where_the_engine_was(
    provider: Provider,
    home: Path,
    child: Callable[[str], subprocess.Popen[str]],
    eventually: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ENONCE_LIBRETRANSLATE_URL", provider.url)
    monkeypatch.setenv("ENONCE_ENGINE", "libretranslate")
    monkeypatch.setenv("ENONCE_ENGINE_CONSENT", '{"libretranslate": ["internal"]}')
    house = open_house(home)
    document = docx.Document()
    for number in range(60):
        document.add_paragraph(f"Lighthouse {number} teaches crystallography.")
    written = io.BytesIO()
    document.save(written)
    acts.submit(
        house,
        written.getvalue(),
        "statement.docx",
        by=houses.drafter(house),
        dossier="long",
        title=Bilingual("Long", "Long"),
    )
    houses.hand_over(house, "long")
    killed = child(
        "from pathlib import Path\n"
        "from flows.house import open_house\n"
        "from flows.stages import translate\n"
        f"translate.run(open_house(Path({str(home)!r})), 'long')"
    )
    answers = home / "answers.sqlite3"
    eventually(lambda: kept(answers) > 0, 60)
    told = progress.look(house.store, "long")
    assert told is not None
    assert (told.work, told.of) == ("translate", 60)
    killed.kill()
    killed.wait()
    (paid,) = provider.answered
    assert houses.due(house, "long")

    provider.patience = 1000
    provider.opened.set()
    assert "60 by machine" in translate.run(house, "long")
    assert progress.look(house.store, "long") is None
    house.close()
    later = [text for texts in provider.answered[1:] for text in texts]
    assert set(later).isdisjoint(paid)
    assert len(paid) + len(later) == 60


def test_a_terminal_sees_how_far_the_engine_is_while_it_works(
    provider: Provider, tmp_path: Path
) -> None:
    provider.patience = 1000
    terminal, its_side = pty.openpty()
    running = start(tmp_path / "out.docx", provider, its_side)
    os.close(its_side)
    seen = b""
    with suppress(OSError):  # Linux says so when the other side is closed
        while piece := os.read(terminal, 1000):
            seen += piece
    running.communicate(timeout=100)
    os.close(terminal)
    told = [line for line in seen.decode().split("\r") if line.startswith("Sentences from")]
    assert told[0].split()[4] == "0"
    assert told[-1].split()[4] == told[-1].split()[6]
    assert len(told) > 2


def test_on_a_terminal_it_is_said_how_far_the_engine_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    translation._say_how_far(3, 9)
    translation._say_how_far(9, 9)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == ("\rSentences from the engine: 3 of 9\rSentences from the engine: 9 of 9\n")
