from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from locales import engines
from locales.engines import ENGINES, Consent, Engine
from locales.engines.carrying import HTML, TOKENS, XML, Carrier, attached
from locales.engines.errors import (
    ConsentMissingError,
    EngineAnswerError,
    EngineBusyError,
    EngineError,
    EngineKeyError,
    EngineQuotaError,
    EngineSettingError,
    EngineUnavailableError,
    UnknownEngineError,
)

ALL = Consent(frozenset(ENGINES))
NAMES = sorted(ENGINES)


def engine(name: str, provider: Any, waits: list[float] | None = None) -> Engine:
    return Engine(
        name, provider.url, "secret", timeout=0.3, wait=([] if waits is None else waits).append
    )


@pytest.mark.parametrize("name", NAMES)
def test_texts_and_tags_come_back_translated(name: str, provider: Any) -> None:
    texts = ["Le texte", '<g id="1">R&amp;D</g> et<x id="2"/> cela', " bords ", "2021"]
    answers = engine(name, provider).translate(texts, "fr", "en", consent=ALL)
    assert [one.text for one in answers] == [
        "LE TEXTE",
        '<g id="1">R&amp;D</g> ET<x id="2"/> CELA',
        " BORDS ",
        "2021",
    ]
    assert not any(one.to_place for one in answers)


@pytest.mark.parametrize("name", NAMES)
def test_the_text_is_in_the_body_and_the_key_never_in_the_address(name: str, provider: Any) -> None:
    engine(name, provider).translate(["Le texte secret"], "fr", "en", consent=ALL)
    ((path, headers, body),) = provider.requests
    assert "?" not in path
    assert "secret" in str(body)
    if name == "deepl":
        assert headers["Authorization"] == "DeepL-Auth-Key secret"
        assert (body["source_lang"], body["target_lang"], body["tag_handling"]) == (
            "FR",
            "EN-GB",
            "xml",
        )
    else:
        assert (body["source"], body["target"], body["format"]) == ("fr", "en", "html")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_sent_without_consent(name: str, provider: Any) -> None:
    others = Consent(frozenset(ENGINES) - {name})
    with pytest.raises(ConsentMissingError, match="nobody has allowed"):
        engine(name, provider).translate(["Le texte"], "fr", "en", consent=others)
    assert provider.requests == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("script", "error"),
    [
        ([(401, {}, "")], EngineKeyError),
        ([(403, {}, "")], EngineKeyError),
        ([(456, {}, "")], EngineQuotaError),
        ([(400, {}, "")], EngineAnswerError),
        ([(302, {"Location": "http://127.0.0.1:1/"}, "")], EngineAnswerError),
        ([(500, {}, "")] * 3, EngineUnavailableError),
        (["slow"] * 3, EngineUnavailableError),
        (["cut"] * 3, EngineUnavailableError),
        ([(429, {}, "")] * 3, EngineBusyError),
        ([(429, {"Retry-After": "3600"}, "")], EngineBusyError),
        ([(200, {}, "no json")], EngineAnswerError),
        ([(200, {}, [])], EngineAnswerError),
        ([(200, {}, {"translations": [], "translatedText": []})], EngineAnswerError),
        ([(200, {}, {"translations": 5, "translatedText": 5})], EngineAnswerError),
    ],
    ids=lambda value: str(value)[:40],
)
def test_every_failure_is_one_of_ours(
    name: str, script: list[Any], error: type[EngineError], provider: Any
) -> None:
    provider.script += script
    with pytest.raises(error) as caught:
        engine(name, provider).translate(["Le texte"], "fr", "en", consent=ALL)
    assert caught.value.data["engine"] == name
    assert provider.script == []


@pytest.mark.parametrize(
    ("script", "waited"),
    [
        ([(429, {"Retry-After": "2"}, "")], [2.0]),
        ([(500, {}, ""), (503, {}, "")], [0.5, 1.0]),
        (["slow"], [0.5]),
        (["cut", "cut"], [0.5, 1.0]),
    ],
    ids=str,
)
def test_what_may_pass_is_tried_again_after_a_while(
    script: list[Any], waited: list[float], provider: Any
) -> None:
    provider.script += script
    waits: list[float] = []
    (answer,) = engine("deepl", provider, waits).translate(["Le texte"], "fr", "en", consent=ALL)
    assert answer.text == "LE TEXTE"
    assert waits == waited


def test_a_server_that_is_not_there_is_unavailable() -> None:
    absent = Engine("libretranslate", "http://127.0.0.1:9", wait=lambda _: None)
    with pytest.raises(EngineUnavailableError, match="ConnectError"):
        absent.translate(["Le texte"], "fr", "en", consent=ALL)


@pytest.mark.parametrize("name", NAMES)
def test_mangled_tags_are_carried_another_way(name: str, provider: Any) -> None:
    provider.word = lambda text: text.upper().replace("<G", "<b").replace("<SPAN", "<b")
    (answer,) = engine(name, provider).translate(
        ['Le <g id="1">texte</g>'], "fr", "en", consent=ALL
    )
    assert answer == engines.Answer('LE <g id="1">TEXTE</g>')
    assert len(provider.requests) == 2


@pytest.mark.parametrize("name", NAMES)
def test_tags_that_are_lost_every_time_are_for_a_person_to_place(name: str, provider: Any) -> None:
    import re

    provider.word = lambda text: re.sub(r"<[^>]*>|⟦[^⟧]*⟧", "", text)
    source = 'Le <g id="1">texte</g><x id="2"/> ici'
    (answer,) = engine(name, provider).translate([source], "fr", "en", consent=ALL)
    assert answer == engines.Answer('Le texte ici<g id="1"></g><x id="2"/>', to_place=True)


def test_requests_keep_to_the_limits_of_the_provider(provider: Any) -> None:
    texts = [f"phrase {number} " + "a" * 900 for number in range(30)]
    engine("libretranslate", provider).translate(texts, "fr", "en", consent=ALL)
    sizes = [sum(map(len, body["q"])) for _, _, body in provider.requests]
    assert max(sizes) <= 5_000
    assert sum(len(body["q"]) for _, _, body in provider.requests) == 30


def test_the_same_text_is_sent_once(provider: Any) -> None:
    answers = engine("deepl", provider).translate(["Oui.", "Oui.", "Non."], "fr", "en", consent=ALL)
    assert [one.text for one in answers] == ["OUI.", "OUI.", "NON."]
    assert [body["text"] for _, _, body in provider.requests] == [["Oui.", "Non."]]


def test_an_engine_may_be_shared_between_threads(provider: Any) -> None:
    shared = replace(engine("deepl", provider), timeout=20)

    def ask(number: int) -> bool:
        (answer,) = shared.translate([f"texte {number}"], "fr", "en", consent=ALL)
        return answer.text == f"TEXTE {number}"

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(30)))


def test_keys_and_addresses_come_from_the_environment() -> None:
    environ = {"ENONCE_DEEPL_KEY": "k:fx", "ENONCE_LIBRETRANSLATE_URL": "http://here"}
    assert engines.create("deepl", environ).key == "k:fx"
    assert engines.create("libretranslate", environ).url == "http://here"
    assert (
        engines.create("deepl", environ).translator.default_url("k:fx")
        == "https://api-free.deepl.com"
    )
    assert engines.create("deepl", environ).translator.default_url("k") == "https://api.deepl.com"
    with pytest.raises(UnknownEngineError):
        engines.create("babelfish", environ)


@pytest.mark.parametrize(
    ("name", "variable"),
    [("deepl", "ENONCE_DEEPL_KEY"), ("libretranslate", "ENONCE_LIBRETRANSLATE_URL")],
)
def test_an_engine_without_its_setting_says_which(name: str, variable: str) -> None:
    with pytest.raises(EngineSettingError, match=variable):
        engines.create(name, {}).translate(["Le texte"], "fr", "en", consent=ALL)


@pytest.mark.parametrize("name", NAMES)
def test_an_engine_says_what_it_is(name: str) -> None:
    kind = engines.create(name, {}).translator
    assert kind.id == name
    assert kind.sends_text_to
    assert kind.limit > 0
    assert kind.batch > 0


@pytest.mark.parametrize("carrier", [XML, HTML, TOKENS])
@pytest.mark.parametrize(
    "text", ['a<x id="1"/>&amp;<g id="2">b <g id="3">&lt;c</g></g>', "plain", '<g id="7"></g>']
)
def test_a_carrier_gives_back_what_it_takes(carrier: Carrier, text: str) -> None:
    assert carrier.read(carrier.out(text), text) == text


@pytest.mark.parametrize(
    ("carrier", "answer", "text"),
    [
        (XML, 'a<x id="1"></x>', 'a<x id="1"/>'),
        (HTML, 'a<img id="x-1"/>', 'a<x id="1"/>'),
        (HTML, "a<img class=q id=x-1> &eacute; &amp;", 'a<x id="1"/> é &amp;'),
        (TOKENS, "a ⟦ 1 ⟧", 'a <x id="1"/>'),
    ],
)
def test_a_carrier_understands_other_ways_to_write_a_tag(
    carrier: Carrier, answer: str, text: str
) -> None:
    assert carrier.read(answer, 'a<x id="1"/>') == text


@pytest.mark.parametrize(
    "answer", ["a", '<x id="1"/><x id="1"/>', '<x id="2"/>', "<b>a</b>", '<x id="1"/></g>']
)
def test_a_carrier_takes_no_other_tags(answer: str) -> None:
    assert XML.read(answer, 'a<x id="1"/>') is None


def test_a_pair_around_everything_is_put_around_everything() -> None:
    assert attached("A & b", '<g id="1">a</g>') == '<g id="1">A &amp; b</g>'
    assert attached("A b", '<g id="1">a</g> b') == 'A b<g id="1"></g>'


def test_loading_the_registry_loads_no_client() -> None:
    code = "import sys, locales.engines, locales.pipeline; print(*sorted({'deep_translator', 'httpx', 'requests'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
