from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

Body = dict[str, object]
Reply = tuple[int, dict[str, str], object]


def shout(text: str) -> str:
    """A translation that anybody can check: capitals outside tags and entities."""
    return re.sub(r"(<[^>]*>|&\w+;|⟦[^⟧]*⟧)|([^<&⟦]+)", lambda m: m[1] or m[2].upper(), text)


@dataclass
class Provider:
    """A translation provider on this machine that speaks both protocols and fails when told to.

    ``script`` holds what to do with the next requests, then it translates with ``word``.
    """

    url: str
    requests: list[tuple[str, dict[str, str], Body]] = field(default_factory=list)
    script: list[Reply | str] = field(default_factory=list)
    word: Callable[[str], str] = shout
    released: threading.Event = field(default_factory=threading.Event)


def answer(provider: Provider, path: str, body: Body) -> object:
    if path == "/v2/translate":
        texts = body["text"]
        assert isinstance(texts, list)
        return {
            "translations": [
                {"detected_source_language": "FR", "text": provider.word(one)} for one in texts
            ]
        }
    texts = body["q"]
    assert isinstance(texts, list)
    return {"translatedText": [provider.word(one) for one in texts]}


@pytest.fixture
def provider() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.requests.append((self.path, dict(self.headers), body))
            step = made.script.pop(0) if made.script else None
            if step == "slow":
                made.released.wait()
                return
            status, headers, data = (
                step if isinstance(step, tuple) else (200, {}, answer(made, self.path, body))
            )
            payload = data.encode() if isinstance(data, str) else json.dumps(data).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(payload) + (100 if step == "cut" else 0)))
            self.end_headers()
            self.wfile.write(payload[: len(payload) // 2] if step == "cut" else payload)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.released.set()
    server.shutdown()
    server.server_close()
    thread.join()
