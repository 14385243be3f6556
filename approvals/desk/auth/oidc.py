"""Signing in with the institution's account: OpenID Connect, authorization code with PKCE.

Protocol by ``authlib``, signatures by ``joserfc``. The state is bound to the browser by a cookie of
its own, used once, and kept here with nonce and verifier. An account is tied to a person by issuer
and subject; the first time by a verified address of somebody who is enrolled. Nobody is ever
enrolled by signing in, and an address that came to another account opens nothing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import delete, insert, select

from approvals.desk.auth.errors import OidcError
from approvals.desk.auth.people import Directory, Person
from approvals.desk.auth.redirects import onward
from approvals.desk.auth.rows import Rows, digest, new_secret
from approvals.desk.auth.site import Site, is_loopback
from approvals.names import PersonId
from approvals.store.desk_tables import IDENTITIES, OIDC_STATES

CALLBACK = "/sign-in/institution/back"
LASTS = timedelta(minutes=10)
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Public keys only: a token under ``none`` or a shared secret is nobody's."""

_LEEWAY = 60
_LARGEST = 2**20
_KEPT = 3600
_HEADERS = {
    "Accept": "application/json",
    "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
}


@dataclass(frozen=True, slots=True)
class Provider:
    """The institution's provider, from the settings; ``name`` is what the button says."""

    issuer: str
    client_id: str
    client_secret: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        parts = urlsplit(self.issuer)
        plain = parts.scheme == "http" and is_loopback(parts.hostname or "")
        if parts.scheme != "https" and not plain:
            raise ValueError(f"an issuer begins with https://: {self.issuer}")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the provider says of itself (OpenID Connect Discovery 1.0, 3)."""

    authorization: str
    token: str
    keys: str
    methods: tuple[str, ...]


class Oidc:
    """Sends browsers to the provider and lets them in when they come back."""

    def __init__(self, rows: Rows, people: Directory, site: Site, provider: Provider) -> None:
        self._rows = rows
        self._people = people
        self._site = site
        self.provider = provider
        self._lock = threading.Lock()
        self._known: tuple[float, _Known] | None = None
        self._keys: KeySet | None = None

    @property
    def cookie(self) -> str:
        """The name of the cookie that ties a state to its browser."""
        return f"{self._site.cookie}-oidc"

    def begin(self, next_: str = "/") -> tuple[str, str]:
        """Give the provider's address to go to, and the value of the browser's cookie."""
        known = self._discover()
        state, browser, nonce, verifier = (new_secret() for _ in range(4))
        client = self._client()
        url, _ = client.create_authorization_url(
            known.authorization, state=state, code_verifier=verifier, nonce=nonce
        )
        with self._rows.writing() as connection:
            connection.execute(
                insert(OIDC_STATES).values(
                    id=digest(state),
                    browser=digest(browser),
                    nonce=nonce,
                    verifier=verifier,
                    onward=onward(next_),
                    ends=self._rows.now(LASTS),
                )
            )
        return str(url), browser

    def set_cookie(self, browser: str) -> str:
        """Give the ``Set-Cookie`` value for ``browser``; empty takes it away."""
        age = int(LASTS.total_seconds()) if browser else 0
        secure = "; Secure" if self._site.secure else ""
        return f"{self.cookie}={browser}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"

    def finish(self, query: Mapping[str, str], browser: str) -> tuple[Person, str]:
        """Give who came back and where they go; raise ``OidcError``."""
        with self._rows.writing() as connection:
            id = digest(query.get("state", ""))
            row = connection.execute(select(OIDC_STATES).where(OIDC_STATES.c.id == id)).first()
            connection.execute(delete(OIDC_STATES).where(OIDC_STATES.c.id == id))
        if row is None or row.ends <= self._rows.now() or row.browser != digest(browser):
            raise OidcError("refused", "state")
        # RFC 9207: an answer that names another issuer was meant for another client of ours.
        if query.get("iss", self.provider.issuer) != self.provider.issuer:
            raise OidcError("refused", "iss")
        if "code" not in query:
            raise OidcError("refused", query.get("error", "no code")[:80])
        claims = self._exchange(query["code"], row.verifier, row.nonce)
        return self._person(claims), row.onward

    def unlink(self, person: PersonId) -> None:
        """Forget which institution's account is a person's, so that another one may be tied."""
        with self._rows.writing() as connection:
            connection.execute(delete(IDENTITIES).where(IDENTITIES.c.person == person))

    def _exchange(self, code: str, verifier: str, nonce: str) -> Mapping[str, object]:
        known, client = self._discover(), self._client()
        method = "none"
        if self.provider.client_secret:
            basic = not known.methods or "client_secret_basic" in known.methods
            method = "client_secret_basic" if basic else "client_secret_post"
        body = prepare_token_request(
            "authorization_code",
            code=code,
            redirect_uri=self._site.origin + CALLBACK,
            code_verifier=verifier,
        )
        url, headers, body = client.client_auth(method).prepare(
            "POST", known.token, dict(_HEADERS), body
        )
        answer = self._ask("POST", url, headers=headers, content=body)
        token, access = answer.get("id_token"), answer.get("access_token")
        if not isinstance(token, str):
            raise OidcError("refused", str(answer.get("error", "no id_token"))[:80])
        return self._read(token, nonce, access if isinstance(access, str) else "")

    def _read(self, token: str, nonce: str, access: str) -> Mapping[str, object]:
        """Verify an ID token (OpenID Connect Core 1.0, 3.1.3.7)."""
        provider = self.provider
        try:
            try:
                found = jwt.decode(token, self._key_set(), algorithms=ALGORITHMS)
            except (JoseError, ValueError):
                # Providers change their keys; ask once for the new ones.
                found = jwt.decode(token, self._key_set(anew=True), algorithms=ALGORITHMS)
            claims = CodeIDToken(
                found.claims,
                found.header,
                {
                    "iss": {"essential": True, "value": provider.issuer},
                    "aud": {"essential": True, "value": provider.client_id},
                    "nonce": {"essential": True, "value": nonce},
                    "sub": {"essential": True},
                },
                {"nonce": nonce, "client_id": provider.client_id, "access_token": access},
            )
            claims.validate(int(self._rows.time().timestamp()), _LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise OidcError("refused", type(error).__name__) from error
        return dict(claims)

    def _person(self, claims: Mapping[str, object]) -> Person:
        issuer, subject = self.provider.issuer, claims.get("sub")
        if not isinstance(subject, str) or not subject:
            raise OidcError("refused", "sub")
        id = digest(issuer, subject)
        with self._rows.reading() as connection:
            held = connection.execute(
                select(IDENTITIES.c.person).where(IDENTITIES.c.id == id)
            ).scalar()
        if held is not None:
            person = self._people.person(held)
            if person is None:
                raise OidcError("stranger", "gone")
            return person
        mail = claims.get("email")
        if claims.get("email_verified") is not True or not isinstance(mail, str):
            raise OidcError("stranger", "email not verified")
        person = self._people.with_mail(mail)
        if person is None:
            raise OidcError("stranger", "not enrolled")
        self._tie(id, subject, person)
        return person

    def _tie(self, id: str, subject: str, person: Person) -> None:
        """Tie an account to a person who has none with this issuer yet."""
        issuer = self.provider.issuer
        with self._rows.writing() as connection:
            other = select(IDENTITIES.c.id).where(
                IDENTITIES.c.person == person.id, IDENTITIES.c.issuer == issuer
            )
            found = connection.execute(other).scalar()
            if found is not None and found != id:
                raise OidcError("stranger", "another account")
            if found is None:
                connection.execute(
                    insert(IDENTITIES).values(
                        id=id,
                        issuer=issuer,
                        subject=subject,
                        person=person.id,
                        created=self._rows.now(),
                    )
                )

    def _discover(self) -> _Known:
        now = self._rows.time().timestamp()
        with self._lock:
            if self._known is not None and now - self._known[0] < _KEPT:
                return self._known[1]
        said = self._ask("GET", f"{self.provider.issuer}/.well-known/openid-configuration")
        if said.get("issuer") != self.provider.issuer:
            raise OidcError("unreachable", "issuer")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        places = [str(said.get(name, "")) for name in names]
        for place in places:
            parts = urlsplit(place)
            if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
                raise OidcError("unreachable", "endpoint without TLS")
        methods = said.get("token_endpoint_auth_methods_supported")
        supported = tuple(map(str, methods)) if isinstance(methods, list) else ()
        known = _Known(places[0], places[1], places[2], supported)
        with self._lock:
            self._known = (now, known)
        return known

    def _key_set(self, *, anew: bool = False) -> KeySet:
        with self._lock:
            if self._keys is not None and not anew:
                return self._keys
        keys = KeySet.import_key_set(self._ask("GET", self._discover().keys))  # type: ignore[arg-type]
        with self._lock:
            self._keys = keys
        return keys

    def _ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        content: str | None = None,
    ) -> Mapping[str, object]:
        """Ask the provider; only its own address, no redirect followed, one small JSON object."""
        try:
            with httpx.Client(timeout=10, follow_redirects=False) as client:
                answer = client.request(method, url, headers=headers, content=content)
        except httpx.HTTPError as error:
            raise OidcError("unreachable", type(error).__name__) from error
        if answer.status_code >= 500 or len(answer.content) > _LARGEST:
            raise OidcError("unreachable", str(answer.status_code))
        try:
            said = json.loads(answer.content)
        except ValueError as error:
            raise OidcError("unreachable", "no JSON") from error
        if not isinstance(said, Mapping):
            raise OidcError("unreachable", "no JSON object")
        return said

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            None,
            client_id=self.provider.client_id,
            client_secret=self.provider.client_secret or None,
            scope="openid email",
            redirect_uri=self._site.origin + CALLBACK,
            code_challenge_method="S256",
        )
