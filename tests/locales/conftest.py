from __future__ import annotations

import contextlib
import html
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest

Body = dict[str, object] | list[dict[str, str]]
Reply = tuple[int, dict[str, str], object]


def shout(text: str) -> str:
    """A translation that anybody can check: capitals outside tags and entities."""
    return re.sub(r"(<[^>]*>|&\w+;|⟦[^⟧]*⟧)|([^<&⟦]+)", lambda m: m[1] or m[2].upper(), text)


@dataclass
class Provider:
    """A translation provider on this machine that speaks every protocol and fails when told to.

    ``script`` holds what to do with the next requests, then it translates with ``word``;
    ``miscount`` leaves the last translation of each answer out.
    """

    url: str
    requests: list[tuple[str, dict[str, str], Body]] = field(default_factory=list)
    script: list[Reply | str] = field(default_factory=list)
    word: Callable[[str], str] = shout
    miscount: bool = False
    glossaries: list[dict[str, object]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def texts(self) -> list[str]:
        """Every text that was asked for, in order."""
        return [text for asked in self.asked for text in asked]

    @property
    def asked(self) -> list[list[str]]:
        """The texts of each request."""
        return [texts_of(path, body) for path, _, body in self.requests]

    def given(self, texts: list[str]) -> list[str]:
        return [self.word(one) for one in (texts[:-1] if self.miscount else texts)]


def texts_of(path: str, body: Body) -> list[str]:
    """The texts of a request in any of the protocols."""
    if isinstance(body, list):
        return [one["Text"] for one in body]
    found = body.get("text", body.get("q", []))
    return [found] if isinstance(found, str) else list(found)


def deepl(provider: Provider, texts: list[str]) -> object:
    given = provider.given(texts)
    return {"translations": [{"detected_source_language": "FR", "text": one} for one in given]}


def google(provider: Provider, texts: list[str]) -> object:
    return {"data": {"translations": [{"translatedText": one} for one in provider.given(texts)]}}


def libretranslate(provider: Provider, texts: list[str]) -> object:
    return {"translatedText": provider.given(texts)}


def microsoft(provider: Provider, texts: list[str]) -> object:
    """Terms that are marked are taken over, and their marks go."""
    mark = r'<mstrans:dictionary translation="([^"]*)">.*?</mstrans:dictionary>'
    given = provider.given(texts)
    return [
        {"translations": [{"text": re.sub(mark, lambda m: html.unescape(m[1]), one), "to": "en"}]}
        for one in given
    ]


def mymemory(provider: Provider, texts: list[str]) -> object:
    (text,) = texts
    if len(text.encode()) > 500:
        told = "QUERY LENGTH LIMIT EXCEEDED. MAX ALLOWED QUERY : 500 CHARS"
        return {"responseData": {"translatedText": told}, "responseStatus": "403"}
    given = provider.given(texts)
    data = {"translatedText": given[0], "match": 0.85} if given else {}
    return {"responseData": data, "quotaFinished": False, "responseStatus": 200, "matches": []}


PROTOCOLS: dict[str, Callable[[Provider, list[str]], object]] = {
    "/v2/translate": deepl,
    "/language/translate/v2": google,
    "/translate?": microsoft,
    "/translate": libretranslate,
    "/get": mymemory,
}
"""What answers at the beginning of a path; an engine that is none of these gets a 404."""


def glossaries(provider: Provider, body: Body | None) -> object:
    if body is None:
        return {"glossaries": provider.glossaries}
    assert isinstance(body, dict)
    made = {**body, "glossary_id": f"g{len(provider.glossaries)}"}
    provider.glossaries.append(made)
    return made


def answer(provider: Provider, path: str, body: Body | None) -> Reply:
    if path.startswith("/v3/glossaries"):
        return 201, {}, glossaries(provider, body)
    for start, protocol in PROTOCOLS.items():
        if body is not None and path.startswith(start):
            return 200, {}, protocol(provider, texts_of(path, body))
    return 404, {}, ""


@pytest.fixture
def provider() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(None)

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = "form-urlencoded" in self.headers["Content-Type"]
            body = dict(parse_qsl(raw)) if form else json.loads(raw)
            self.reply(body)

        def reply(self, body: Body | None) -> None:
            if body is not None and "glossaries" not in self.path:
                made.requests.append((self.path, dict(self.headers), body))
            step = made.script.pop(0) if made.script else None
            if step == "slow":
                made.released.wait()
                return
            status, headers, data = (
                step if isinstance(step, tuple) else answer(made, self.path, body)
            )
            if step == "drip":
                self.send_response_only(200)
                self.end_headers()
                with contextlib.suppress(OSError):
                    while not made.released.wait(0.05):
                        self.wfile.write(b" ")
                        self.wfile.flush()
                return
            payload = data.encode() if isinstance(data, str) else json.dumps(data).encode()
            self.send_response_only(status)
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
