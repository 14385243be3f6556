"""Passkeys: registering, signing in, and signing a formal act; against an authenticator of ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from approvals.canon import canonical
from approvals.desk.auth.errors import PasskeyError
from approvals.desk.auth.passkeys import Passkeys
from approvals.desk.auth.people import Person
from approvals.desk.auth.signoff import Act, Signoff, Signoffs, challenge_of, check_signoff
from approvals.desk.auth.site import Site
from approvals.names import Digest
from approvals.store.desk_tables import CHALLENGES
from tests.desk.auth.authenticator import PRESENT, Authenticator, b64, unb64
from tests.desk.auth.conftest import Hall

ACT = Act("vote", "statement", 41, Digest("f" * 64), Digest("e" * 64), "for")


@dataclass
class Booth:
    """A member with a passkey, and everything that asks for it."""

    hall: Hall
    passkeys: Passkeys
    signoffs: Signoffs
    person: Person
    device: Authenticator

    def sign(self, act: Act = ACT) -> str:
        return self.device.get(self.signoffs.begin(self.person, act))

    def refused(self, answer: str, act: Act = ACT, person: Person | None = None) -> str:
        with pytest.raises(PasskeyError) as caught:
            self.signoffs.verify_signoff(person or self.person, act, answer)
        return caught.value.rule


def booth_of(hall: Hall, *, synced: bool = True) -> Booth:
    passkeys = Passkeys(hall.rows, hall.people, hall.site)
    person, device = hall.person("member"), Authenticator(synced=synced)
    passkeys.register(person, device.create(passkeys.begin_registration(person)), "Phone")
    return Booth(hall, passkeys, Signoffs(hall.rows, passkeys, hall.site), person, device)


@pytest.fixture
def booth(hall: Hall) -> Booth:
    return booth_of(hall)


def test_a_passkey_is_registered_and_signs_in(any_hall: Hall) -> None:
    booth = booth_of(any_hall)
    (held,) = booth.passkeys.of(booth.person.id)
    assert (held.name, held.backed_up, held.sign_count, held.used) == ("Phone", True, 0, None)
    person = booth.passkeys.sign_in(booth.device.get(booth.passkeys.begin_sign_in()))
    assert person == booth.person
    assert booth.passkeys.of(booth.person.id)[0].used is not None


def test_the_options_ask_for_verification_and_name_nobody(booth: Booth) -> None:
    asked = json.loads(booth.passkeys.begin_sign_in())
    assert asked["userVerification"] == "required"
    assert asked["rpId"] == "desk.example.org"
    assert not asked.get("allowCredentials")
    made = json.loads(booth.passkeys.begin_registration(booth.person))
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert made["attestation"] == "none"
    assert [one["id"] for one in made["excludeCredentials"]] == [b64(booth.device.id)]


def spoilt(booth: Booth, **change: object) -> Authenticator:
    return replace(booth.device, **change)  # type: ignore[arg-type]


SIGN_IN: dict[str, tuple[str, Callable[[Booth, str], str]]] = {
    "a key that was never registered": ("unknown", lambda b, o: Authenticator(handle=b.device.handle).get(o)),
    "another key under the same id": ("unverified", lambda b, o: replace(Authenticator(), id=b.device.id, handle=b.device.handle).get(o)),
    "another origin": ("unverified", lambda b, o: spoilt(b, origin="https://evil.example").get(o)),
    "the same origin without TLS": ("unverified", lambda b, o: spoilt(b, origin="http://desk.example.org").get(o)),
    "the same host on another port": ("unverified", lambda b, o: spoilt(b, origin="https://desk.example.org:8443").get(o)),
    "another relying party": ("unverified", lambda b, o: spoilt(b, rp_id="evil.example").get(o)),
    "from a page within a page": ("unverified", lambda b, o: b.device.get(o, crossOrigin=True)),
    "from a page under another one": ("unverified", lambda b, o: b.device.get(o, topOrigin="https://evil.example")),
    "without finger, face or code": ("unverified", lambda b, o: spoilt(b, flags=PRESENT).get(o)),
    "without anybody there": ("unverified", lambda b, o: spoilt(b, flags=0x04).get(o)),
    "the answer to another kind of question": ("unverified", lambda b, o: b.device.get(o, type="webauthn.create")),
    "another person's handle": ("stranger", lambda b, o: spoilt(b, handle=b"x" * 32).get(o)),
    "no handle at all": ("stranger", lambda b, o: spoilt(b, handle=None).get(o)),
    "another challenge": ("spent", lambda b, o: b.device.get(json.dumps({"challenge": b64(b"x" * 32)}))),
    "a challenge for registering": ("spent", lambda b, o: b.device.get(b.passkeys.begin_registration(b.person))),
    "a challenge for a vote": ("spent", lambda b, o: b.sign()),
    "a statement signed by hand": ("spent", lambda b, o: b.device.get(json.dumps({"challenge": b64(challenge_of(canonical({"act": "vote"})))}))),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "answer"), SIGN_IN.values(), ids=SIGN_IN.keys())
def test_nobody_signs_in_with(booth: Booth, rule: str, answer: Callable[[Booth, str], str]) -> None:
    with pytest.raises(PasskeyError) as caught:
        booth.passkeys.sign_in(answer(booth, booth.passkeys.begin_sign_in()))
    assert caught.value.rule == rule


def test_an_answer_signs_in_once_and_for_five_minutes(booth: Booth) -> None:
    answer = booth.device.get(booth.passkeys.begin_sign_in())
    booth.passkeys.sign_in(answer)
    late = booth.device.get(booth.passkeys.begin_sign_in())
    booth.hall.watch.turn(minutes=5)
    for spent in (answer, late):
        with pytest.raises(PasskeyError) as caught:
            booth.passkeys.sign_in(spent)
        assert caught.value.rule == "spent"


def test_a_key_of_one_device_whose_counter_falls_back_is_refused(hall: Hall) -> None:
    booth = booth_of(hall, synced=False)
    booth.passkeys.sign_in(booth.device.get(booth.passkeys.begin_sign_in()))
    copy = replace(booth.device, count=0)
    with pytest.raises(PasskeyError):
        booth.passkeys.sign_in(copy.get(booth.passkeys.begin_sign_in()))
    booth.passkeys.sign_in(booth.device.get(booth.passkeys.begin_sign_in()))


def test_somebody_who_left_signs_in_no_more(booth: Booth) -> None:
    booth.hall.enrol("member")
    with pytest.raises(PasskeyError):
        booth.passkeys.sign_in(booth.device.get(booth.passkeys.begin_sign_in()))


REGISTER: dict[str, tuple[str, Callable[[Booth, str], str]]] = {
    "another origin": ("unverified", lambda b, o: Authenticator(origin="https://evil.example").create(o)),
    "another relying party": ("unverified", lambda b, o: Authenticator(rp_id="evil.example").create(o)),
    "without finger, face or code": ("unverified", lambda b, o: Authenticator(flags=PRESENT).create(o)),
    "from a page within a page": ("unverified", lambda b, o: Authenticator(extra={"crossOrigin": True}).create(o)),
    "a key that is held already": ("held", lambda b, o: b.device.create(o)),
    "somebody else's challenge": ("spent", lambda b, o: Authenticator().create(b.passkeys.begin_registration(b.hall.person("drafter")))),
    "an answer for signing in": ("unverified", lambda b, o: b.device.get(b.passkeys.begin_sign_in())),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "answer"), REGISTER.values(), ids=REGISTER.keys())
def test_no_passkey_is_registered_with(
    booth: Booth, rule: str, answer: Callable[[Booth, str], str]
) -> None:
    asked = booth.passkeys.begin_registration(booth.person)
    with pytest.raises(PasskeyError) as caught:
        booth.passkeys.register(booth.person, answer(booth, asked), "x")
    assert caught.value.rule == rule
    assert len(booth.passkeys.of(booth.person.id)) == 1


def test_only_its_owner_removes_a_passkey(booth: Booth) -> None:
    id = b64(booth.device.id)
    assert not booth.passkeys.remove(booth.hall.person("drafter").id, id)
    assert booth.passkeys.remove(booth.person.id, id)
    with pytest.raises(PasskeyError):
        booth.passkeys.sign_in(booth.device.get(booth.passkeys.begin_sign_in()))


def test_a_desk_known_by_a_number_has_no_passkeys(hall: Hall) -> None:
    passkeys = Passkeys(hall.rows, hall.people, Site("http://127.0.0.1:8000"))
    assert not passkeys.possible
    with pytest.raises(PasskeyError) as caught:
        passkeys.begin_sign_in()
    assert caught.value.rule == "address"


def test_an_act_is_signed_and_anybody_can_check_it_later(booth: Booth) -> None:
    signed = booth.signoffs.verify_signoff(booth.person, ACT, booth.sign())
    said = check_signoff(Signoff.from_json(signed.to_json()), booth.device.cose())
    assert said["person"] == booth.person.id
    assert said["digests"] == {"fr": "f" * 64, "en": "e" * 64}
    assert (said["act"], said["choice"], said["dossier"], said["version"]) == (
        "vote", "for", "statement", 41,
    )  # fmt: skip
    assert len(str(said["nonce"])) == 64


WRONG_ACTS = {
    "the other choice": replace(ACT, choice="against"),
    "another dossier": replace(ACT, dossier="other"),
    "a later version": replace(ACT, version=42),
    "another French": replace(ACT, fr=Digest("0" * 64)),
    "another English": replace(ACT, en=Digest("0" * 64)),
    "the languages changed over": replace(ACT, fr=ACT.en, en=ACT.fr),
    "another act": replace(ACT, kind="seal"),
}


@pytest.mark.parametrize("act", WRONG_ACTS.values(), ids=WRONG_ACTS.keys())
def test_a_signature_stands_for_nothing_but_its_words(booth: Booth, act: Act) -> None:
    answer = booth.sign()
    assert booth.refused(answer, act) == "changed"
    assert booth.refused(answer, ACT) == "spent"


def test_a_signature_counts_once(booth: Booth) -> None:
    answer = booth.sign()
    booth.signoffs.verify_signoff(booth.person, ACT, answer)
    assert booth.refused(answer) == "spent"


def test_of_twenty_who_send_one_signature_at_once_one_is_heard(any_hall: Hall) -> None:
    booth = booth_of(any_hall)
    answer = booth.sign()

    def send(_: int) -> bool:
        try:
            booth.signoffs.verify_signoff(booth.person, ACT, answer)
        except PasskeyError:
            return False
        return True

    with ThreadPoolExecutor(20) as crowd:
        assert sum(crowd.map(send, range(20))) == 1


SIGNED: dict[str, tuple[str, Callable[[Booth, str], str]]] = {
    "another origin": ("unverified", lambda b, o: spoilt(b, origin="https://evil.example").get(o)),
    "another relying party": ("unverified", lambda b, o: spoilt(b, rp_id="evil.example").get(o)),
    "without finger, face or code": ("unverified", lambda b, o: spoilt(b, flags=PRESENT).get(o)),
    "another key under the same id": ("unverified", lambda b, o: replace(Authenticator(), id=b.device.id).get(o)),
    "an unknown key": ("unknown", lambda b, o: Authenticator().get(o)),
    "an answer for signing in": ("spent", lambda b, o: b.device.get(b.passkeys.begin_sign_in())),
    "from a page within a page": ("unverified", lambda b, o: b.device.get(o, crossOrigin=True)),
    "not JSON": ("unverified", lambda b, o: "{"),
    "nothing": ("unverified", lambda b, o: ""),
    "a list": ("unverified", lambda b, o: "[]"),
    "a novel": ("unverified", lambda b, o: '"' + "x" * 20_000 + '"'),
    "brackets without end": ("unverified", lambda b, o: "[" * 16_000),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "answer"), SIGNED.values(), ids=SIGNED.keys())
def test_no_act_is_signed_with(
    booth: Booth, rule: str, answer: Callable[[Booth, str], str]
) -> None:
    assert booth.refused(answer(booth, booth.signoffs.begin(booth.person, ACT))) == rule


def test_a_signature_is_too_old_after_five_minutes(booth: Booth) -> None:
    answer = booth.sign()
    booth.hall.watch.turn(minutes=5)
    assert booth.refused(answer) == "spent"


def test_nobody_signs_with_another_persons_passkey(booth: Booth) -> None:
    other, device = booth.hall.person("secretary"), Authenticator()
    booth.passkeys.register(other, device.create(booth.passkeys.begin_registration(other)), "x")
    asked = booth.signoffs.begin(booth.person, ACT)
    assert booth.refused(device.get(asked)) == "stranger"
    assert booth.refused(booth.sign(), person=other) == "spent"


def test_who_has_no_passkey_is_asked_for_none(booth: Booth) -> None:
    with pytest.raises(PasskeyError):
        booth.signoffs.begin(booth.hall.person("drafter"), ACT)


def test_every_challenge_is_another_one_and_none_is_left_behind(booth: Booth) -> None:
    first, second = (json.loads(booth.signoffs.begin(booth.person, ACT)) for _ in range(2))
    assert first["challenge"] != second["challenge"]
    assert [one["id"] for one in first["allowCredentials"]] == [b64(booth.device.id)]
    booth.hall.watch.turn(minutes=6)
    booth.hall.rows.sweep()
    with booth.hall.rows.reading() as connection:
        assert connection.execute(select(func.count()).select_from(CHALLENGES)).scalar() == 0


def altered(signoff: Signoff, name: str, place: int, bit: int) -> Signoff:
    value = getattr(signoff, name)
    if name == "statement":
        data = bytearray(value.encode())
    elif name == "key":
        data = bytearray.fromhex(value)
    else:
        data = bytearray(unb64(value))
    data[place % len(data)] ^= 1 << bit
    if name == "statement":
        return replace(signoff, statement=data.decode("utf-8", "replace"))
    return replace(signoff, **{name: data.hex() if name == "key" else b64(bytes(data))})


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(["statement", "authenticator_data", "client_data", "signature", "key"]),
    place=st.integers(0, 2000),
    bit=st.integers(0, 7),
)
def test_a_single_turned_bit_is_found(booth: Booth, name: str, place: int, bit: int) -> None:
    if not hasattr(booth, "signed"):
        booth.signed = booth.signoffs.verify_signoff(booth.person, ACT, booth.sign())  # type: ignore[attr-defined]
    with pytest.raises(PasskeyError):
        check_signoff(altered(booth.signed, name, place, bit), booth.device.cose())  # type: ignore[attr-defined]


def test_evidence_is_held_to_the_right_key(booth: Booth) -> None:
    signed = booth.signoffs.verify_signoff(booth.person, ACT, booth.sign())
    with pytest.raises(PasskeyError):
        check_signoff(signed, Authenticator().cose())
    for spoilt_ in ({}, {"statement": 1}, {**signed.to_json(), "more": "x"}):
        with pytest.raises(PasskeyError):
            Signoff.from_json(spoilt_)
