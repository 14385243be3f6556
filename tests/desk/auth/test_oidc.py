"""The institution's account, against a provider of ours that listens on this machine."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator

import pytest
from joserfc.jwk import RSAKey

from approvals.desk.auth.errors import OidcError
from approvals.desk.auth.oidc import Oidc, Provider
from approvals.names import Role
from tests.desk.auth.conftest import Hall
from tests.desk.auth.provider import OwnProvider, query_of


@pytest.fixture
def provider(hall: Hall) -> Iterator[OwnProvider]:
    own = OwnProvider(now=lambda: hall.watch.now().timestamp())
    with own.listening():
        yield own


def door(hall: Hall, own: OwnProvider) -> Oidc:
    settings = Provider(own.issuer, own.client_id, own.client_secret, "IMT")
    return Oidc(hall.rows, hall.people, hall.site, settings)


def come_in(oidc: Oidc, own: OwnProvider, next_: str = "/") -> tuple[str, str]:
    url, browser = oidc.begin(next_)
    person, onward = oidc.finish(own.approve(url), browser)
    return person.handle, onward


def refused(oidc: Oidc, query: dict[str, str], browser: str) -> OidcError:
    with pytest.raises(OidcError) as caught:
        oidc.finish(query, browser)
    return caught.value


def test_who_is_enrolled_comes_in_and_goes_on(hall: Hall, provider: OwnProvider) -> None:
    oidc = door(hall, provider)
    assert come_in(oidc, provider, "/dossiers/1") == ("drafter", "/dossiers/1")
    assert come_in(oidc, provider, "https://evil.example") == ("drafter", "/")
    assert provider.asked == ["configuration", "keys"]


def test_the_provider_is_asked_for_no_more_than_an_address(
    hall: Hall, provider: OwnProvider
) -> None:
    asked = query_of(door(hall, provider).begin()[0])
    assert asked["scope"] == "openid email"
    assert asked["redirect_uri"] == "https://desk.example.org/sign-in/institution/back"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) >= 43


def test_a_known_account_comes_in_under_a_new_address(hall: Hall, provider: OwnProvider) -> None:
    oidc = door(hall, provider)
    come_in(oidc, provider)
    provider.mail, provider.verified = "married@imt.example", False
    assert come_in(oidc, provider)[0] == "drafter"


STRANGERS: dict[str, Callable[[OwnProvider], None]] = {
    "an address that nobody here has": lambda own: setattr(own, "mail", "x@imt.example"),
    "an address that was not verified": lambda own: setattr(own, "verified", False),
    "one that is said to be, in words": lambda own: setattr(own, "verified", "true"),
    "one of which nothing is said": lambda own: setattr(own, "verified", None),
    "the address of somebody who left": lambda own: setattr(own, "mail", "gone@imt.example"),
    "no address": lambda own: setattr(own, "mail", ""),
}


@pytest.mark.parametrize("make", STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_is_not_enrolled_by_coming(
    hall: Hall, provider: OwnProvider, make: Callable[[OwnProvider], None]
) -> None:
    make(provider)
    oidc, everybody = door(hall, provider), hall.people.everybody()
    url, browser = oidc.begin()
    assert refused(oidc, provider.approve(url), browser).rule == "stranger"
    assert hall.people.everybody() == everybody


def test_an_address_that_came_to_another_account_opens_nothing(
    hall: Hall, provider: OwnProvider
) -> None:
    oidc = door(hall, provider)
    come_in(oidc, provider)
    provider.subject = "s-2"
    url, browser = oidc.begin()
    assert refused(oidc, provider.approve(url), browser).reason == "another account"
    oidc.unlink(hall.person("drafter").id)
    assert come_in(oidc, provider)[0] == "drafter"


def test_a_known_account_of_somebody_who_left_opens_nothing(
    hall: Hall, provider: OwnProvider
) -> None:
    oidc = door(hall, provider)
    come_in(oidc, provider)
    hall.enrol("drafter")
    url, browser = oidc.begin()
    assert refused(oidc, provider.approve(url), browser).rule == "stranger"
    hall.enrol("drafter", Role.DRAFTER)
    assert come_in(oidc, provider)[0] == "drafter"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unsigned(claims: dict[str, object], alg: str = "none") -> str:
    head = json.dumps({"alg": alg, "kid": "k1"}).encode()
    return f"{b64(head)}.{b64(json.dumps(claims).encode())}."


def confused(own: OwnProvider, claims: dict[str, object]) -> str:
    assert isinstance(own.key, RSAKey)
    said = unsigned(claims, "HS256")
    mac = hmac.new(own.key.as_pem(private=False), said[:-1].encode(), hashlib.sha256)
    return said + b64(mac.digest())


CHEATS: dict[str, Callable[[OwnProvider, dict[str, object]], str]] = {
    "for another client": lambda own, c: own.sign({**c, "aud": "another"}),
    "for several, and another's": lambda own, c: own.sign({**c, "aud": ["desk", "x"], "azp": "x"}),
    "for nobody": lambda own, c: own.sign({k: v for k, v in c.items() if k != "aud"}),
    "by another issuer": lambda own, c: own.sign({**c, "iss": "https://evil.example"}),
    "with another nonce": lambda own, c: own.sign({**c, "nonce": "x"}),
    "without a nonce": lambda own, c: own.sign({k: v for k, v in c.items() if k != "nonce"}),
    "that is past": lambda own, c: own.sign({**c, "exp": int(own.now()) - 61}),
    "that never ends": lambda own, c: own.sign({k: v for k, v in c.items() if k != "exp"}),
    "from the future": lambda own, c: own.sign({**c, "iat": int(own.now()) + 600}),
    "without a subject": lambda own, c: own.sign({k: v for k, v in c.items() if k != "sub"}),
    "whose subject is no text": lambda own, c: own.sign({**c, "sub": 7}),
    "under no signature": lambda own, c: unsigned(c),
    "under a key that is not the provider's": lambda own, c: own.sign(
        c, RSAKey.generate_key(2048, {"kid": "k1"})
    ),
    "under the public key as a shared secret": lambda own, c: confused(own, c),
    "with a letter changed": lambda own, c: own.sign(c)[:-8] + "AAAAAAAA",
    "that is none": lambda own, c: "x.y.z",
    "with another access token's hash": lambda own, c: own.sign({**c, "at_hash": "AAAA"}),
}  # fmt: skip


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS.keys())
def test_a_token_is_refused(
    hall: Hall, provider: OwnProvider, cheat: Callable[[OwnProvider, dict[str, object]], str]
) -> None:
    oidc = door(hall, provider)
    provider.cheat = lambda claims: cheat(provider, claims)
    url, browser = oidc.begin()
    assert refused(oidc, provider.approve(url), browser).rule == "refused"
    provider.cheat = None
    assert come_in(oidc, provider)[0] == "drafter"


def test_a_provider_changes_its_keys(hall: Hall, provider: OwnProvider) -> None:
    oidc = door(hall, provider)
    come_in(oidc, provider)
    provider.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
    assert come_in(oidc, provider)[0] == "drafter"
    assert provider.asked.count("keys") == 2


def test_an_answer_is_for_one_browser_once_and_for_ten_minutes(
    hall: Hall, provider: OwnProvider
) -> None:
    oidc = door(hall, provider)
    url, browser = oidc.begin()
    assert refused(oidc, provider.approve(url), "another browser").reason == "state"
    assert refused(oidc, provider.approve(url), browser).reason == "state"
    url, browser = oidc.begin()
    query = provider.approve(url)
    oidc.finish(query, browser)
    assert refused(oidc, query, browser).reason == "state"
    url, browser = oidc.begin()
    hall.watch.turn(minutes=10)
    assert refused(oidc, provider.approve(url), browser).reason == "state"


ANSWERS: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "a state that was made up": lambda query: {**query, "state": "x"},
    "no state": lambda query: {"code": query["code"]},
    "another issuer": lambda query: {**query, "iss": "https://evil.example"},
    "a code that was made up": lambda query: {**query, "code": "x"},
    "no code": lambda query: {"state": query["state"], "error": "access_denied"},
    "nothing": lambda query: {},
}


@pytest.mark.parametrize("turn", ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_is_refused_with(
    hall: Hall, provider: OwnProvider, turn: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    oidc = door(hall, provider)
    url, browser = oidc.begin()
    assert refused(oidc, turn(provider.approve(url)), browser).rule == "refused"


def test_a_code_of_another_state_is_refused(hall: Hall, provider: OwnProvider) -> None:
    oidc = door(hall, provider)
    first, browser = oidc.begin()
    stolen = provider.approve(oidc.begin()[0])["code"]
    query = {**provider.approve(first), "code": stolen}
    assert refused(oidc, query, browser).rule == "refused"


def test_a_provider_that_does_not_answer_is_said_to_be_away(hall: Hall) -> None:
    own = OwnProvider()
    with own.listening():
        pass
    with pytest.raises(OidcError) as caught:
        door(hall, own).begin()
    assert caught.value.rule == "unreachable"


@pytest.mark.parametrize("issuer", ["http://idp.example", "ftp://idp.example", "idp"])
def test_a_provider_without_tls_is_refused(issuer: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Provider(issuer, "desk")
