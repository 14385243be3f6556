"""What stands before every page, asked through Starlette's client and through real sockets."""

from __future__ import annotations

import asyncio
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from approvals.desk.auth.guards import Limits, before, wrap
from approvals.desk.auth.guards.headers import POLICY
from approvals.desk.auth.redirects import onward
from approvals.desk.auth.rules import Anybody, page
from approvals.desk.auth.site import Site

SECURE = Site("https://desk.example.org")
LOCAL = Site("http://localhost:8000")
BIG = Limits(size=8 * 2**20, pause=1, grace=2, pace=2**20)


async def read(request: Request) -> Response:
    total = 0
    async for piece in request.stream():
        total += len(piece)
    return PlainTextResponse(str(total))


async def ignore(request: Request) -> Response:
    return PlainTextResponse("fine")


async def kept(request: Request) -> Response:
    return PlainTextResponse("fine", headers={"cache-control": "public, max-age=60"})


async def broken(request: Request) -> Response:
    raise RuntimeError


def desk(site: Site = SECURE, limits: Limits | None = None, most: int = 16 * 2**20) -> ASGIApp:
    routes = [
        page("/read", read, rule=Anybody(), methods=("GET", "POST", "PUT", "PATCH", "DELETE")),
        page("/ignore", ignore, rule=Anybody(), methods=("GET", "POST")),
        page("/upload", read, rule=Anybody(), methods=("POST",), limits=BIG),
        page("/kept", kept, rule=Anybody()),
        page("/broken", broken, rule=Anybody()),
        page("/api/v1/verify", read, rule=Anybody(), methods=("POST",)),
    ]
    return wrap(Starlette(routes=routes), before(site, limits=limits, most=most))


def client(site: Site = SECURE) -> TestClient:
    return TestClient(
        desk(site), base_url=site.origin, raise_server_exceptions=False, follow_redirects=False
    )


OWN = {"sec-fetch-site": "same-origin"}
HEADERS: dict[str, tuple[Mapping[str, str], int]] = {
    "the desk's own form": (OWN, 200),
    "typed by the person": ({"sec-fetch-site": "none"}, 200),
    "an old browser that only says the origin": ({"origin": SECURE.origin}, 200),
    "another site": ({"sec-fetch-site": "cross-site"}, 403),
    "another host of the same institution": ({"sec-fetch-site": "same-site"}, 403),
    "a value that nobody knows": ({"sec-fetch-site": "friendly"}, 403),
    "another origin": ({"origin": "https://evil.example"}, 403),
    "another port": ({"origin": "https://desk.example.org:8443"}, 403),
    "an origin that begins like ours": ({"origin": "https://desk.example.org.evil.example"}, 403),
    "an opaque origin": ({"origin": "null"}, 403),
    "an origin that is none": ({"origin": "desk"}, 403),
    "neither header": ({}, 403),
    "our origin, but sent across sites": (
        {"origin": SECURE.origin, "sec-fetch-site": "cross-site"},
        403,
    ),
    "a stranger who forges the host as well": (
        {"origin": "https://evil.example", "host": "evil.example"},
        400,
    ),
}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(("headers", "status"), HEADERS.values(), ids=HEADERS.keys())
def test_only_the_desks_own_pages_change_anything(
    headers: Mapping[str, str], status: int, method: str
) -> None:
    answer = client().request(method, "/read", headers=headers)
    assert answer.status_code == status


def test_a_page_is_read_from_wherever_the_link_was() -> None:
    assert client().get("/read", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def test_a_program_asks_the_api_without_those_headers() -> None:
    assert client().post("/api/v1/verify", content=b"x").status_code == 200


HOSTS = {
    "its own name": ("desk.example.org", 200),
    "in capitals": ("DESK.example.org", 200),
    "with the port": ("desk.example.org:443", 200),
    "another name": ("evil.example", 400),
    "a name within ours": ("a.desk.example.org", 400),
    "this machine, which is not its name": ("localhost", 400),
    "nothing": ("", 400),
    "a name and a path": ("desk.example.org/evil", 400),
    "two names": ("desk.example.org, evil.example", 400),
    "a port that is none": ("desk.example.org:evil", 400),
}


@pytest.mark.parametrize(("host", "status"), HOSTS.values(), ids=HOSTS.keys())
def test_the_desk_answers_under_its_own_name(host: str, status: int) -> None:
    assert client().get("/ignore", headers={"host": host}).status_code == status


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_on_this_machine_it_answers_under_its_loopback_names(host: str) -> None:
    assert client(LOCAL).get("/ignore", headers={"host": host}).status_code == 200
    assert client(LOCAL).get("/ignore", headers={"host": "192.168.1.7"}).status_code == 400


@pytest.mark.parametrize("path", ["/ignore", "/nowhere", "/broken"])
def test_every_answer_tells_the_browser_what_it_may_do(path: str) -> None:
    headers = client().get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["strict-transport-security"].startswith("max-age=63072000")
    assert headers["cache-control"] == "no-store"
    assert len(headers["x-request-id"]) == 16


def test_a_refusal_bears_the_same_headers() -> None:
    answer = client().post("/ignore")
    assert answer.status_code == 403
    assert answer.headers["content-security-policy"] == POLICY
    assert "came from another site" in answer.text


def test_without_tls_nothing_is_said_of_it() -> None:
    assert "strict-transport-security" not in client(LOCAL).get("/ignore").headers


def test_a_page_says_itself_how_long_it_may_be_kept() -> None:
    assert client().get("/kept").headers["cache-control"] == "public, max-age=60"


def test_an_id_from_outside_is_not_believed() -> None:
    answer = client().get("/ignore", headers={"x-request-id": "forged"})
    assert answer.headers["x-request-id"] != "forged"


def pieces(count: int, size: int = 2**16) -> Iterator[bytes]:
    for _ in range(count):
        yield b"x" * size


BODIES: dict[str, tuple[str, Callable[[], object], int]] = {
    "a form": ("/read", lambda: b"x" * 2**20, 200),
    "one byte too many": ("/read", lambda: b"x" * (2**20 + 1), 413),
    "the same in pieces, of no announced size": ("/read", lambda: pieces(17), 413),
    "an upload where uploads are": ("/upload", lambda: b"x" * 8 * 2**20, 200),
    "one in pieces": ("/upload", lambda: pieces(128), 200),
    "one byte too many there": ("/upload", lambda: b"x" * (8 * 2**20 + 1), 413),
    "too many pieces there": ("/upload", lambda: pieces(129), 413),
    "a large body that the page never reads": ("/ignore", lambda: b"x" * 2**21, 413),
    "more than any page takes": ("/nowhere", lambda: b"x" * (16 * 2**20 + 1), 413),
}


@pytest.mark.parametrize(("path", "body", "status"), BODIES.values(), ids=BODIES.keys())
def test_a_body_is_as_large_as_its_page_allows(
    path: str, body: Callable[[], object], status: int
) -> None:
    answer = client().post(path, content=body(), headers=OWN)  # type: ignore[arg-type]
    assert answer.status_code == status


@pytest.mark.parametrize("length", ["-1", "1e9", "99999999999999999999", "1_0", "²"])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    async def ask() -> int:
        sent: list[int] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b""}

        async def send(message: object) -> None:
            assert isinstance(message, dict)
            sent.append(message.get("status", 0))

        headers = [
            (b"host", b"desk.example.org"),
            (b"sec-fetch-site", b"same-origin"),
            (b"content-length", length.encode("utf-8")),
        ]
        scope = {
            "type": "http", "method": "POST", "path": "/read", "headers": headers,
            "query_string": b"", "scheme": "https",
        }  # fmt: skip
        await desk()(scope, receive, send)  # type: ignore[arg-type]
        return sent[0]

    assert asyncio.run(ask()) == 413


@pytest.fixture
def served() -> Iterator[int]:
    """A desk that listens on this machine, with short patience; gives its port."""
    quick = Limits(size=2**20, pause=0.4, grace=1.2, pace=2**20)
    config = uvicorn.Config(desk(LOCAL, quick), port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(10)
    listening.close()


def shake(port: int, head: str, *parts: bytes, pause: float = 0) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(head.replace("\n", "\r\n").encode())
        try:
            for part in parts:
                time.sleep(pause)
                line.sendall(part)
        except OSError:
            pass
        answer = b""
        try:
            while part := line.recv(65536):
                answer += part
                if b"\r\n\r\n" in answer and b"413" in answer.splitlines()[0]:
                    break
        except OSError:
            pass
    return answer.splitlines()[0] if answer else b""


START = "POST /read HTTP/1.1\nhost: localhost\nsec-fetch-site: same-origin\nconnection: close\n"


def test_a_body_that_stops_is_given_up(served: int) -> None:
    begun = time.monotonic()
    answer = shake(served, START + "content-length: 100\n\n", b"x" * 10)
    assert b" 408 " in answer
    assert time.monotonic() - begun < 5


def test_a_body_that_trickles_is_given_up(served: int) -> None:
    begun = time.monotonic()
    answer = shake(served, START + "content-length: 100000\n\n", *[b"x"] * 40, pause=0.1)
    assert b" 408 " in answer
    assert time.monotonic() - begun < 8


def test_a_body_without_end_is_cut_and_memory_stays_flat(served: int) -> None:
    before_ = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    chunk = b"%x\r\n" % 2**16 + b"x" * 2**16 + b"\r\n"
    answer = shake(served, START + "transfer-encoding: chunked\n\n", *[chunk] * 2000)
    assert b" 413 " in answer
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_ < 50_000


def test_an_announced_giant_is_refused_unread(served: int) -> None:
    answer = shake(served, START + "content-length: 1000000000000\n\n")
    assert b" 413 " in answer


ELSEWHERE = [
    "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil",
    "/\t/evil.example", "/\n/evil.example", "http:evil.example", "javascript:alert(1)", "",
    "evil.example", "/%0d%0aset-cookie: x=y\r\n", "/ /evil.example", "/\x00", "/é", None, 7,
    "/" + "a" * 3000, "//", "/\\/evil.example", "data:text/html,x", " /", "/a\\b", "@evil.example",
]  # fmt: skip
OWN_PATHS = ["/", "/dossiers/1", "/dossiers/1?tab=2&x=%C3%A9#p3", "/a/b//c", "/%2F%2Fevil.example"]


@pytest.mark.parametrize("asked", ELSEWHERE)
def test_nobody_is_sent_elsewhere(asked: object) -> None:
    assert onward(asked) == "/"


@pytest.mark.parametrize("asked", OWN_PATHS)
def test_a_page_of_the_desk_is_a_good_place_to_go(asked: str) -> None:
    assert onward(asked) == asked
