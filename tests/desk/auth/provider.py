"""A small OpenID Connect provider that listens on this machine and can be told to cheat."""

from __future__ import annotations

import base64
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Key = RSAKey | ECKey | OctKey


@dataclass
class OwnProvider:
    """What the provider knows; ``cheat`` turns claims and key into what it then signs."""

    client_id: str = "desk"
    client_secret: str = "a secret/with: odd+signs"
    issuer: str = ""
    subject: str = "s-1"
    mail: str = "drafter@imt.example"
    verified: object = True
    now: Callable[[], float] = time.time
    key: Key = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}))
    cheat: Callable[[dict[str, object]], str | None] | None = None
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def approve(self, url: str) -> dict[str, str]:
        """What the person does at the provider: agree; gives the query that the browser brings."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["client_id"] == self.client_id
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def claims(self, nonce: str) -> dict[str, object]:
        now = int(self.now())
        return {
            "iss": self.issuer, "sub": self.subject, "aud": self.client_id, "iat": now,
            "exp": now + 300, "nonce": nonce, "email": self.mail, "email_verified": self.verified,
        }  # fmt: skip

    def sign(self, claims: dict[str, object], key: Key | None = None, alg: str = "RS256") -> str:
        used = key or self.key
        return jwt.encode({"alg": alg, "kid": "k1"}, claims, used, algorithms=[alg])

    async def configuration(self, request: Request) -> Response:
        self.asked.append("configuration")
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )

    async def keys(self, request: Request) -> Response:
        self.asked.append("keys")
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def token(self, request: Request) -> Response:
        form = dict(await request.form())
        asked = self.codes.pop(str(form.get("code")), None)
        basic = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        challenge = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        proof = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        fine = (
            asked is not None
            and request.headers.get("authorization") == f"Basic {basic}"
            and form.get("redirect_uri") == asked["redirect_uri"]
            and proof == asked["code_challenge"]
        )
        if not fine or asked is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        claims = self.claims(asked["nonce"])
        made = self.cheat(claims) if self.cheat else None
        return JSONResponse(
            {"access_token": "a", "token_type": "Bearer", "id_token": made or self.sign(claims)}
        )

    @contextmanager
    def listening(self) -> Iterator[None]:
        routes = [
            Route("/.well-known/openid-configuration", self.configuration),
            Route("/keys", self.keys),
            Route("/token", self.token, methods=["POST"]),
        ]
        door = socket.socket()
        door.bind(("127.0.0.1", 0))
        self.issuer = f"http://127.0.0.1:{door.getsockname()[1]}"
        config = uvicorn.Config(Starlette(routes=routes), log_level="critical", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(10)
            door.close()


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def url_with(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}"
