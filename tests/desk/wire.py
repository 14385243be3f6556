"""Requests as they come off the wire: no client of ours tidies an address up before it is sent."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from starlette.types import ASGIApp

HOST = "localhost"


@dataclass
class Answer:
    """What came back, headers as bytes."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    fault: BaseException | None = None
    """What the program raised behind its answer that there was a fault."""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def header(self, name: str) -> str:
        found = [value for key, value in self.headers if key == name.encode()]
        return b", ".join(found).decode("latin-1")


def ask(
    app: ASGIApp, target: str, headers: dict[str, str] | None = None, *, method: str = "GET",
    body: bytes = b"", host: str = HOST,
) -> Answer:  # fmt: skip
    """Send one request; ``target`` is what stands in its first line, percent signs and all."""
    path, _, query = target.partition("?")
    given = {"host": host, **(headers or {})}
    if body:
        given.setdefault("content-length", str(len(body)))
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        # As a server reads it: octets that are no UTF-8 are replaced.
        "path": unquote_to_bytes(path.encode("utf-8")).decode("utf-8", "replace"),
        "raw_path": path.encode("utf-8"), "query_string": query.encode("utf-8"), "root_path": "",
        "scheme": "http", "server": (HOST, 80), "client": ("192.0.2.1", 50_000),
        "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in given.items()],
    }  # fmt: skip
    sent: list[Any] = []

    bodies = [body]

    async def receive() -> dict[str, object]:
        if not bodies:
            await asyncio.Event().wait()  # nobody hangs up before the answer is whole
        return {"type": "http.request", "body": bodies.pop()}

    async def send(message: Any) -> None:
        sent.append(message)

    # A thread of its own: a test that drives a browser has a loop of its own already.
    with ThreadPoolExecutor(1) as thread:
        fault = thread.submit(asyncio.run, app(scope, receive, send)).exception()  # type: ignore[arg-type]
    if fault is not None and not sent:
        raise fault
    return Answer(
        sent[0]["status"],
        [(bytes(k), bytes(v)) for k, v in sent[0]["headers"]],
        b"".join(one.get("body", b"") for one in sent[1:]),
        fault,
    )


def leads_to(link: str, at: str = "/") -> str:
    """Give the host to which a browser follows a link: it drops tabs and takes ``\\`` for ``/``."""
    link = re.sub(r"[\t\r\n]", "", link.strip("".join(map(chr, range(33)))))
    scheme = urlsplit(link).scheme
    if scheme in ("", "http", "https"):
        link = re.sub(r"^(https?:)?[/\\]{2,}", r"\1//", link.replace("\\", "/"))
    found = urlsplit(urljoin(f"http://{HOST}{at}", link))
    return found.netloc if found.scheme in ("http", "https") else f"{found.scheme}:"


def elsewhere(answer: Answer) -> list[str]:
    """List every address of an answer by which a browser would leave the desk."""
    places = re.findall(r'\s(?:href|action|formaction|src)="([^"]*)"', answer.text)
    places += [answer.header("location")] if answer.header("location") else []
    plain = [one.replace("&#39;", "'").replace("&amp;", "&") for one in places]
    return [one for one in plain if leads_to(one) not in (HOST, f"{HOST}:80")]
