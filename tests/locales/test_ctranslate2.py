"""A CTranslate2 model directory. The models here are tiny and know no language: they are made for
the tests with random weights, so that what is shown is the whole way from text to text, not quality.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy
import pytest
import sentencepiece

from locales import engines
from locales.engines import Consent, Engine
from locales.engines.errors import EngineMissingError, EngineModelError, EngineSettingError

TEXTS = ["Le conseil adopte la mission.", "The board adopts the mission."]
SIZE = 16


def pieces() -> bytes:
    """A SentencePiece model that knows the letters of two sentences."""
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXTS * 50),
        model_writer=written,
        vocab_size=40,
        model_type="char",
        minloglevel=2,
    )
    return written.getvalue()


def weights(folder: Path, letters: bytes) -> None:
    """A transformer of one layer with random weights, in CTranslate2's own form."""
    from ctranslate2.specs import transformer_spec

    processor = sentencepiece.SentencePieceProcessor(model_proto=letters)
    vocabulary = [processor.id_to_piece(one) for one in range(processor.get_piece_size())]
    chance = numpy.random.default_rng(20261123)
    spec = transformer_spec.TransformerSpec.from_config((1, 1), 2)

    def filled(*shape: int) -> Any:
        return chance.normal(size=shape).astype(numpy.float32)

    def linear(layer: Any, out: int, into: int) -> None:
        layer.weight, layer.bias = filled(out, into), numpy.zeros(out, dtype=numpy.float32)

    def norm(layer: Any) -> None:
        layer.gamma = numpy.ones(SIZE, dtype=numpy.float32)
        layer.beta = numpy.zeros(SIZE, dtype=numpy.float32)

    def attention(layer: Any, *outs: int) -> None:
        norm(layer.layer_norm)
        for one, out in zip(layer.linear, outs, strict=True):
            linear(one, out, SIZE)

    def forward(layer: Any) -> None:
        norm(layer.layer_norm)
        linear(layer.linear_0, 2 * SIZE, SIZE)
        linear(layer.linear_1, SIZE, 2 * SIZE)

    spec.encoder.embeddings[0].weight = filled(len(vocabulary), SIZE)
    spec.decoder.embeddings.weight = filled(len(vocabulary), SIZE)
    linear(spec.decoder.projection, len(vocabulary), SIZE)
    for side in (spec.encoder, spec.decoder):
        norm(side.layer_norm)
        attention(side.layer[0].self_attention, 3 * SIZE, SIZE)
        forward(side.layer[0].ffn)
    attention(spec.decoder.layer[0].attention, SIZE, 2 * SIZE, SIZE)
    spec.register_source_vocabulary(vocabulary)
    spec.register_target_vocabulary(vocabulary)
    spec.validate()
    folder.mkdir(parents=True)
    spec.save(str(folder))


def argos(folder: Path) -> None:
    letters = pieces()
    weights(folder / "model", letters)
    (folder / "sentencepiece.model").write_bytes(letters)


def opus(folder: Path) -> None:
    letters = pieces()
    weights(folder, letters)
    (folder / "source.spm").write_bytes(letters)
    (folder / "target.spm").write_bytes(letters)


def engine(folder: Path) -> Engine:
    return engines.create("ctranslate2", {"ENONCE_CTRANSLATE2_MODELS": str(folder)})


@pytest.mark.parametrize("form", [argos, opus])
def test_a_model_directory_translates_each_sentence_by_itself(tmp_path: Path, form: Any) -> None:
    form(tmp_path / "fr-en")
    texts = ["Le conseil", "la mission adopte", "L"]
    given = engine(tmp_path).translate(texts, "fr", "en", consent=Consent())
    alone = [engine(tmp_path).translate([text], "fr", "en", consent=Consent())[0] for text in texts]
    assert list(given) == alone
    assert all(one.text and "\u2581" not in one.text for one in given)


def test_a_marian_model_gets_its_end_mark_once(tmp_path: Path) -> None:
    from locales.engines.ctranslate2 import _load

    opus(tmp_path / "plain")
    opus(tmp_path / "noted")
    config = tmp_path / "noted" / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "add_source_eos": True}))
    argos(tmp_path / "argos")
    ends = {name: _load(tmp_path / name).encode("Le")[-1] for name in ("plain", "noted", "argos")}
    assert ends == {"plain": "</s>", "noted": "e", "argos": "e"}


def test_tags_that_the_model_loses_stay(tmp_path: Path) -> None:
    argos(tmp_path / "fr-en")
    source = 'Le <g id="1">conseil</g><x id="2"/> adopte'
    (answer,) = engine(tmp_path).translate([source], "fr", "en", consent=Consent())
    assert answer.text.count('<g id="1">') == answer.text.count('<x id="2"/>') == 1


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineSettingError, match="ENONCE_CTRANSLATE2_MODELS"):
        engines.create("ctranslate2", {}).translate(["Oui."], "fr", "en", consent=Consent())
    with pytest.raises(EngineModelError, match="fr-en"):
        engine(tmp_path).translate(["Oui."], "fr", "en", consent=Consent())
    argos(tmp_path / "en-fr")
    (tmp_path / "en-fr" / "model" / "model.bin").write_bytes(b"nothing")
    with pytest.raises(EngineModelError, match="en-fr"):
        engine(tmp_path).translate(["Yes."], "en", "fr", consent=Consent())


def test_without_the_extra_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['ctranslate2'] = None\n"
        "from locales import engines\n"
        f"e = engines.create('ctranslate2', {{'ENONCE_CTRANSLATE2_MODELS': {str(tmp_path)!r}}})\n"
        "try: e.translate(['Oui.'], 'fr', 'en', consent=engines.Consent())\n"
        "except engines.EngineError as fault: print(type(fault).__name__, fault)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(EngineMissingError.__name__)
    assert "enonce[ctranslate2]" in done.stdout
