"""Every engine over HTTP, against a server on this machine that speaks its protocol and fails."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from locales import engines
from locales.engines import ENGINES, Consent, Engine
from locales.engines.errors import (
    ConsentMissingError,
    EngineAddressError,
    EngineAnswerError,
    EngineBusyError,
    EngineError,
    EngineKeyError,
    EngineLimitError,
    EngineQuotaError,
    EngineSettingError,
    EngineUnavailableError,
    UnknownEngineError,
)
from locales.engines.ladder import Answer, Tags
from locales.engines.web import WebTranslator
from locales.glossary import Glossary, Status, Term

ALL = Consent(frozenset(ENGINES))
NAMES = sorted(
    name for name in ENGINES if issubclass(engines.create(name, {}).translator, WebTranslator)
)
"""Every engine over HTTP; a new line in ``ENGINES`` is in every table below."""


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
    assert {one.tags for one in answers} == {Tags.CARRIED}


@pytest.mark.parametrize("name", NAMES)
def test_neither_text_nor_key_is_in_the_address(name: str, provider: Any) -> None:
    engine(name, provider).translate(["Le texte"], "fr", "en", consent=ALL)
    ((path, headers, body),) = provider.requests
    assert "texte" not in path
    assert "secret" not in path
    assert "texte" in str(body)
    assert "secret" in str(headers) + str(body)


SAID: Mapping[str, tuple[str, Mapping[str, str], Mapping[str, object]]] = {
    "deepl": (
        "/v2/translate",
        {"Authorization": "DeepL-Auth-Key secret"},
        {"source_lang": "FR", "target_lang": "EN-GB", "tag_handling": "xml"},
    ),
    "google": (
        "/language/translate/v2",
        {"X-Goog-Api-Key": "secret"},
        {"source": "fr", "target": "en", "format": "html"},
    ),
    "libretranslate": (
        "/translate",
        {},
        {"source": "fr", "target": "en", "format": "html", "api_key": "secret"},
    ),
    "microsoft": (
        "/translate?api-version=3.0&from=fr&to=en&textType=html",
        {"Ocp-Apim-Subscription-Key": "secret"},
        {},
    ),
    "mymemory": ("/get", {}, {"q": "Le texte", "langpair": "fr|en", "key": "secret"}),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_request_is_what_its_provider_documents(name: str, provider: Any) -> None:
    path, headers, fields = SAID[name]
    engine(name, provider).translate(["Le texte"], "fr", "en", consent=ALL)
    ((asked, sent, body),) = provider.requests
    assert asked == path
    lower = {header.lower(): value for header, value in sent.items()}
    assert all(lower[header.lower()] == value for header, value in headers.items())
    assert not fields or fields.items() <= body.items()


def test_what_else_an_engine_is_told_comes_from_the_environment(provider: Any) -> None:
    environ = {
        "ENONCE_MICROSOFT_URL": provider.url,
        "ENONCE_MICROSOFT_KEY": "k",
        "ENONCE_MICROSOFT_REGION": "francecentral",
        "ENONCE_MYMEMORY_URL": provider.url,
        "ENONCE_MYMEMORY_EMAIL": "translation@example.org",
    }
    for name in ("microsoft", "mymemory"):
        engines.create(name, environ).translate(["Oui."], "fr", "en", consent=ALL)
    (_, headers, _), (_, _, body) = provider.requests
    sent = {name.lower(): value for name, value in headers.items()}
    assert sent["ocp-apim-subscription-region"] == "francecentral"
    assert body["de"] == "translation@example.org"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_sent_without_consent(name: str, provider: Any) -> None:
    others = Consent(frozenset(ENGINES) - {name})
    with pytest.raises(ConsentMissingError, match="nobody has allowed"):
        engine(name, provider).translate(["Le texte"], "fr", "en", consent=others)
    assert provider.requests == []


FAILURES: Mapping[str, tuple[list[Any], type[EngineError]]] = {
    "a key that is refused": ([(401, {}, "")], EngineKeyError),
    "a key that may not do this": ([(403, {}, "")], EngineKeyError),
    "an allowance that is used up": ([(456, {}, "")], EngineQuotaError),
    "a request that is too large": ([(413, {}, "")], EngineLimitError),
    "a request that is not understood": ([(400, {}, "")], EngineAnswerError),
    "a redirection": ([(302, {"Location": "http://127.0.0.1:1/"}, "")], EngineAnswerError),
    "a server that is broken": ([(500, {}, "")] * 3, EngineUnavailableError),
    "a server that is slow": (["slow"] * 3, EngineUnavailableError),
    "an answer that drips": (["drip"] * 3, EngineUnavailableError),
    "an answer that is cut": (["cut"] * 3, EngineUnavailableError),
    "a server that is busy": ([(429, {}, "")] * 3, EngineBusyError),
    "busy for an hour": ([(429, {"Retry-After": "3600"}, "")], EngineBusyError),
    "an answer without JSON": ([(200, {}, "no json")], EngineAnswerError),
    "an answer that is no table": ([(200, {}, 5)], EngineAnswerError),
    "an answer without anything": ([(200, {}, {})], EngineAnswerError),
    "translations that are no texts": (
        [
            (
                200,
                {},
                {
                    "translations": [5],
                    "translatedText": [5],
                    "data": {"translations": [{"translatedText": 5}]},
                    "responseData": {"translatedText": 5},
                    "responseStatus": 200,
                },
            )
        ],
        EngineAnswerError,
    ),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("script", "error"), FAILURES.values(), ids=FAILURES.keys())
def test_every_failure_is_one_of_ours(
    name: str, script: list[Any], error: type[EngineError], provider: Any
) -> None:
    provider.script += script
    with pytest.raises(error) as caught:
        engine(name, provider).translate(["Le texte"], "fr", "en", consent=ALL)
    assert caught.value.data["engine"] == name
    assert provider.script == []


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_count_of_translations_is_no_answer(name: str, provider: Any) -> None:
    provider.miscount = True
    with pytest.raises(EngineAnswerError):
        engine(name, provider).translate(["Le texte", "La suite"], "fr", "en", consent=ALL)


OWN_WORDS: Mapping[str, tuple[str, Any, type[EngineError]]] = {
    "google: a wrong key is a bad request": (
        "google",
        (400, {}, {"error": {"message": "API key not valid. Please pass a valid API key."}}),
        EngineKeyError,
    ),
    "google: the day is used up": (
        "google",
        (403, {}, {"error": {"errors": [{"reason": "dailyLimitExceeded"}]}}),
        EngineQuotaError,
    ),
    "google: too many characters a minute": (
        "google",
        (403, {"Retry-After": "60"}, {"error": {"errors": [{"reason": "userRateLimitExceeded"}]}}),
        EngineBusyError,
    ),
    "microsoft: the free allowance is used up": (
        "microsoft",
        (403, {}, {"error": {"code": 403001, "message": "…"}}),
        EngineQuotaError,
    ),
    "mymemory: the day is used up": (
        "mymemory",
        (200, {}, {"quotaFinished": True, "responseStatus": 200}),
        EngineQuotaError,
    ),
    "mymemory: too many requests, said in the body": (
        "mymemory",
        (200, {}, {"responseStatus": "429", "responseDetails": "TOO MANY"}),
        EngineBusyError,
    ),
    "mymemory: a wrong key, said in the body": (
        "mymemory",
        (200, {}, {"responseStatus": "403", "responseDetails": "AUTHENTICATION FAILURE"}),
        EngineKeyError,
    ),
    "mymemory: too long, said in the body": (
        "mymemory",
        (200, {}, {"responseStatus": "403", "responseDetails": "QUERY LENGTH LIMIT EXCEEDED"}),
        EngineLimitError,
    ),
}


@pytest.mark.parametrize(("name", "reply", "error"), OWN_WORDS.values(), ids=OWN_WORDS.keys())
def test_what_a_provider_says_in_its_own_way_is_understood(
    name: str, reply: Any, error: type[EngineError], provider: Any
) -> None:
    provider.script.append(reply)
    with pytest.raises(error):
        engine(name, provider).translate(["Le texte"], "fr", "en", consent=ALL)


WAITS: Mapping[str, tuple[list[Any], list[float]]] = {
    "as long as it asks": ([(429, {"Retry-After": "2"}, "")], [2.0]),
    "until the hour that it names": (
        [
            (
                503,
                {
                    "Date": "Mon, 23 Nov 2026 10:00:00 GMT",
                    "Retry-After": "Mon, 23 Nov 2026 10:00:07 GMT",
                },
                "",
            )
        ],
        [7.0],
    ),
    "no longer than usual, for a date that is none": (
        [(429, {"Retry-After": "soon"}, "")],
        [0.5],
    ),
    "longer each time": ([(500, {}, ""), (503, {}, "")], [0.5, 1.0]),
    "after a silence": (["slow"], [0.5]),
    "after answers that are cut": (["cut", "cut"], [0.5, 1.0]),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("script", "waited"), WAITS.values(), ids=WAITS.keys())
def test_what_may_pass_is_tried_again_after_a_while(
    name: str, script: list[Any], waited: list[float], provider: Any
) -> None:
    provider.script += script
    waits: list[float] = []
    (answer,) = engine(name, provider, waits).translate(["Le texte"], "fr", "en", consent=ALL)
    assert answer.text == "LE TEXTE"
    assert waits == waited


@pytest.mark.parametrize("name", NAMES)
def test_a_server_that_is_not_there_is_unavailable(name: str) -> None:
    absent = Engine(name, "http://127.0.0.1:9", "k", wait=lambda _: None)
    with pytest.raises(EngineUnavailableError, match="ConnectError"):
        absent.translate(["Le texte"], "fr", "en", consent=ALL)


@pytest.mark.parametrize("name", NAMES)
def test_a_sentence_over_the_limit_is_not_sent_and_somebody_hears_of_it(
    name: str, provider: Any
) -> None:
    limit = engines.create(name, {}).translator.limit
    heard: list[EngineError] = []
    answers = engine(name, provider).translate(
        ["é" * (limit + 1), "Oui."], "fr", "en", consent=ALL, on_fault=heard.append
    )
    assert [one.text for one in answers] == ["", "OUI."]
    assert provider.texts == ["Oui."]
    assert [type(fault) for fault in heard] == [EngineLimitError]


@pytest.mark.parametrize("name", NAMES)
def test_requests_keep_to_the_limits_of_the_provider(name: str, provider: Any) -> None:
    kind = engines.create(name, {}).translator
    texts = [f"phrase {number} " + "é" * min(150, kind.limit // 4) for number in range(160)]
    answers = replace(engine(name, provider), timeout=20).translate(texts, "fr", "en", consent=ALL)
    assert [one.text for one in answers] == [text.upper() for text in texts]
    for asked in provider.asked:
        assert len(asked) <= kind.batch
        assert sum(map(kind.size, asked)) <= kind.limit


@pytest.mark.parametrize("name", NAMES)
def test_the_same_text_is_sent_once(name: str, provider: Any) -> None:
    answers = engine(name, provider).translate(["Oui.", "Oui.", "Non."], "fr", "en", consent=ALL)
    assert [one.text for one in answers] == ["OUI.", "OUI.", "NON."]
    assert sorted(provider.texts) == ["Non.", "Oui."]


@pytest.mark.parametrize("name", NAMES)
def test_an_engine_may_be_shared_between_threads(name: str, provider: Any) -> None:
    shared = replace(engine(name, provider), timeout=20)

    def ask(number: int) -> bool:
        (answer,) = shared.translate([f"texte {number}"], "fr", "en", consent=ALL)
        return answer.text == f"TEXTE {number}"

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(30)))


@pytest.mark.parametrize("name", NAMES)
def test_portions_go_several_at_a_time_and_come_back_in_order(name: str, provider: Any) -> None:
    told: list[tuple[int, int]] = []
    texts = [f"texte {number}" for number in range(130)]
    answers = replace(engine(name, provider), timeout=20).translate(
        texts, "fr", "en", consent=ALL, progress=lambda done, of: told.append((done, of))
    )
    assert [one.text for one in answers] == [text.upper() for text in texts]
    assert told[0] == (0, 130)
    assert told[-1] == (130, 130)
    assert told == sorted(told)


def test_as_many_requests_as_the_engine_allows_are_under_way_at_once(provider: Any) -> None:
    workers = engines.create("mymemory", {}).translator.workers
    together = threading.Barrier(workers)
    lock = threading.Lock()
    under_way: list[int] = [0]
    most: list[int] = [0]

    def word(text: str) -> str:
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        together.wait(10)
        with lock:
            under_way[0] -= 1
        return text.upper()

    provider.word = word
    texts = [f"texte {number}" for number in range(workers * 5)]
    answers = replace(engine("mymemory", provider), timeout=20).translate(
        texts, "fr", "en", consent=ALL
    )
    assert [one.text for one in answers] == [text.upper() for text in texts]
    assert most == [workers]


def test_no_client_serves_two_portions(provider: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[tuple[int, int]] = []
    kept: list[Any] = []
    kind = engines.create("mymemory", {}).translator
    real = kind.ask

    def ask(self: Any, texts: list[str], marked: bool) -> list[str]:
        kept.append(self)
        served.append((id(self), threading.get_ident()))
        return real(self, texts, marked)

    monkeypatch.setattr(kind, "ask", ask)
    texts = [f"texte {number}" for number in range(10)]
    replace(engine("mymemory", provider), timeout=20).translate(texts, "fr", "en", consent=ALL)
    assert len({one for one, _ in served}) == 10


@pytest.mark.parametrize("name", NAMES)
def test_a_failure_half_way_leaves_what_was_answered(name: str, provider: Any) -> None:
    heard: list[EngineError] = []
    kind = engines.create(name, {}).translator
    texts = [f"texte {number}" for number in range(60)]

    def word(text: str) -> str:
        if not provider.script and len(provider.requests) > 1:
            provider.script.extend([(401, {}, "")] * 60)
        return text.upper()

    provider.word = word
    answers = replace(engine(name, provider), timeout=20).translate(
        texts, "fr", "en", consent=ALL, on_fault=heard.append
    )
    answered = [text for text, one in zip(texts, answers, strict=True) if one.text]
    assert all(one.text in (text.upper(), "") for text, one in zip(texts, answers, strict=True))
    assert answered
    assert [type(fault) for fault in heard] in ([EngineKeyError], []), kind


TERMS = Glossary(
    (
        Term(
            "raison d’être",
            "mission statement",
            Status.PREFERRED,
            forms_fr=("raisons d’être",),
            forms_en=("mission statements",),
        ),
        Term("acteur", "key stakeholder", Status.PREFERRED, forms_fr=("acteurs", "ses acteurs")),
        Term("Campus & Cie", "", Status.DO_NOT_TRANSLATE),
        Term("but", "goal", Status.FORBIDDEN),
    )
)


def test_deepl_gets_the_glossary_once_and_is_told_to_use_it(provider: Any) -> None:
    for text in ("La raison d’être.", "Oui."):
        engine("deepl", provider).translate([text], "fr", "en", consent=ALL, glossary=TERMS)
    (made,) = provider.glossaries
    (dictionary,) = made["dictionaries"]
    assert (dictionary["source_lang"], dictionary["target_lang"]) == ("fr", "en")
    assert dictionary["entries"].splitlines() == [
        "Campus & Cie\tCampus & Cie",
        "acteur\tkey stakeholder",
        "raison d’être\tmission statement",
        "raisons d’être\tmission statements",
    ]
    assert [body["glossary_id"] for _, _, body in provider.requests] == ["g0", "g0"]


def test_deepl_without_room_for_a_glossary_translates_without_it(provider: Any) -> None:
    provider.script += [(200, {}, {"glossaries": []}), (456, {}, "")]
    (answer,) = engine("deepl", provider).translate(
        ["Oui."], "fr", "en", consent=ALL, glossary=TERMS
    )
    assert answer.text == "OUI."
    assert "glossary_id" not in provider.requests[0][2]


def test_microsoft_gets_each_term_s_rendering_in_its_place(provider: Any) -> None:
    source = 'La <g id="1">raison d’être</g> de Campus &amp; Cie, des acteurs'
    (answer,) = engine("microsoft", provider).translate(
        [source], "fr", "en", consent=ALL, glossary=TERMS
    )
    assert answer.text == ('LA <g id="1">mission statement</g> DE Campus &amp; Cie, DES ACTEURS')


@pytest.mark.parametrize("name", NAMES)
def test_a_glossary_goes_along_only_where_the_engine_takes_one(name: str, provider: Any) -> None:
    engine(name, provider).translate(["La raison d’être"], "fr", "en", consent=ALL, glossary=TERMS)
    told = "mission statement" in str(provider.requests) + str(provider.glossaries)
    assert told is engines.create(name, {}).translator.enforces_terms


def test_mymemory_s_translation_of_another_sentence_is_no_answer(provider: Any) -> None:
    reply = {"responseData": {"translatedText": "Else", "match": 0.6}, "responseStatus": 200}
    provider.script.append((200, {}, reply))
    (answer,) = engine("mymemory", provider).translate(["Oui."], "fr", "en", consent=ALL)
    assert answer.text == ""


def test_keys_and_addresses_come_from_the_environment() -> None:
    environ = {"ENONCE_DEEPL_KEY": "k:fx", "ENONCE_LIBRETRANSLATE_URL": "http://here"}
    assert engines.create("deepl", environ).key == "k:fx"
    assert engines.create("libretranslate", environ).url == "http://here"
    kind = engines.create("deepl", environ).translator
    assert kind.default_url("k:fx") == "https://api-free.deepl.com"
    assert kind.default_url("k") == "https://api.deepl.com"
    with pytest.raises(UnknownEngineError):
        engines.create("babelfish", environ)


@pytest.mark.parametrize("name", NAMES)
def test_an_engine_without_its_setting_says_which(name: str) -> None:
    kind = engines.create(name, {}).translator
    needs = ["KEY"] if kind.needs_key else [] if kind.default_url("") else ["URL"]
    for variable in needs:
        with pytest.raises(EngineSettingError, match=f"ENONCE_{name.upper()}_{variable}"):
            engines.create(name, {}).translate(["Le texte"], "fr", "en", consent=ALL)
    assert needs or kind.default_url("").startswith("https://")


@pytest.mark.parametrize("name", NAMES)
def test_a_key_is_never_sent_without_tls(name: str) -> None:
    clear = Engine(name, "http://provider.example", "secret", wait=lambda _: None)
    with pytest.raises(EngineAddressError, match="https only"):
        clear.translate(["Le texte"], "fr", "en", consent=ALL)
    assert "secret" not in repr(clear)


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_an_engine_says_what_it_is(name: str) -> None:
    kind = engines.create(name, {}).translator
    assert kind.id == name
    assert bool(kind.sends_text_to) is issubclass(kind, WebTranslator)
    assert kind.limit > 0
    assert kind.batch > 0
    assert kind.workers > 0
    assert isinstance(kind.gist, bool)


@pytest.mark.parametrize("name", NAMES)
def test_mangled_markup_is_carried_as_tokens(name: str, provider: Any) -> None:
    marked = engines.create(name, {}).translator.supports_markup
    provider.word = lambda text: text.upper().replace("<G", "<b").replace("<SPAN", "<b")
    (answer,) = engine(name, provider).translate(
        ['Le <g id="1">texte</g>'], "fr", "en", consent=ALL
    )
    assert answer == Answer('LE <g id="1">TEXTE</g>')
    assert len(provider.requests) == 1 + marked


@pytest.mark.parametrize("name", NAMES)
def test_tags_that_are_lost_are_placed_by_the_words_beside_them(name: str, provider: Any) -> None:
    provider.word = lambda text: re.sub(r"<[^>]*>|⟦[^⟧]*⟧", "", text)
    source = 'La <g id="1">mission</g> de 2021<x id="2"/>, ici'
    (answer,) = engine(name, provider).translate([source], "fr", "en", consent=ALL)
    assert answer == Answer(source, Tags.ALIGNED)


@pytest.mark.parametrize("name", NAMES)
def test_tags_without_a_place_are_for_a_person(name: str, provider: Any) -> None:
    provider.word = lambda text: "Strangers speak here"
    source = 'Le <g id="1">texte</g><x id="2"/> court'
    (answer,) = engine(name, provider).translate([source], "fr", "en", consent=ALL)
    assert answer == Answer('Strangers speak here<g id="1"></g><x id="2"/>', Tags.ATTACHED)
    assert answer.to_place


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_answer_is_none(name: str, provider: Any) -> None:
    provider.word = lambda text: " "
    answers = engine(name, provider).translate(
        ["Le texte", 'Le <g id="1">mot</g>'], "fr", "en", consent=ALL
    )
    assert [one.text for one in answers] == ["", ""]


def test_loading_the_registry_loads_no_client() -> None:
    slow = "{'deep_translator', 'httpx', 'requests', 'ctranslate2', 'rapidfuzz.fuzz_cpp'}"
    code = f"import sys, locales.engines; print(*sorted({slow} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
