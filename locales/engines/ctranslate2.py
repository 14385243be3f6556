"""A translation model of the institution's own, run on this machine by CTranslate2.

For those who hold a model: an Argos package as unpacked (``model/``, ``sentencepiece.model``) or a
conversion of an OPUS-MT model (``model.bin``, ``source.spm``, ``target.spm``). The extra
``enonce[ctranslate2]`` brings the two libraries, which are loaded when the engine is first asked.
Tags are tokens at best: a model that has not learnt them loses them, and ``ladder`` goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from locales.engines.base import Setup, Translator
from locales.engines.errors import (
    EngineAnswerError,
    EngineMissingError,
    EngineModelError,
    EngineSettingError,
)
from locales.engines.terms import NO_TERMS, Terms

BEAM = 4
LONGEST = 512
"""Tokens that a translation has at most."""


@dataclass(frozen=True, slots=True)
class _Model:
    encode: Callable[[str], list[str]]
    decode: Callable[[list[str]], str]
    run: Callable[[list[list[str]]], list[list[str]]]


class CTranslate2(Translator):
    """The models below ``ENONCE_CTRANSLATE2_MODELS``, in folders named ``fr-en`` and ``en-fr``."""

    id = "ctranslate2"
    sends_text_to = ""
    needs_key = False
    supports_markup = False
    limit = 20_000
    batch = 100
    workers = 1
    variables: ClassVar[tuple[str, ...]] = ("MODELS",)

    def __init__(
        self,
        source: str,
        target: str,
        setup: Setup,
        terms: Terms = NO_TERMS,
        prepared: str = "",
    ) -> None:
        folder = setup.options.get("MODELS", "")
        if not folder:
            raise EngineSettingError(self.id, "ENONCE_CTRANSLATE2_MODELS")
        super().__init__(source, target, setup, terms, prepared)
        self._folder = Path(folder) / f"{source}-{target}"

    def ask(self, texts: list[str], marked: bool) -> list[str]:
        """Translate texts on this machine."""
        model = _load(self._folder)
        try:
            given = model.run([model.encode(text) for text in texts])
        except (RuntimeError, ValueError) as fault:
            raise EngineAnswerError(self.id, type(fault).__name__) from fault
        return [model.decode(tokens) for tokens in given]


@lru_cache(maxsize=2)
def _load(folder: Path) -> _Model:
    """Read a model. Raises ``EngineMissingError`` and ``EngineModelError``."""
    name = CTranslate2.id
    try:
        import ctranslate2
        import sentencepiece
    except ImportError as fault:
        raise EngineMissingError(name, "enonce[ctranslate2]") from fault
    argos = folder / "model" / "model.bin"
    weights = argos.parent if argos.is_file() else folder
    pieces = (
        [folder / "sentencepiece.model"] * 2
        if argos.is_file()
        else [folder / "source.spm", folder / "target.spm"]
    )
    if not all(file.is_file() for file in (weights / "model.bin", *pieces)):
        raise EngineModelError(name, str(folder))
    try:
        ours, theirs = (
            sentencepiece.SentencePieceProcessor(model_file=str(file)) for file in pieces
        )
        translator = ctranslate2.Translator(str(weights), device="cpu")
        config = json.loads((weights / "config.json").read_text("utf-8"))
    except (OSError, RuntimeError, ValueError) as fault:
        raise EngineModelError(name, str(folder)) from fault
    # A Marian model wants its end mark, which only some converters have noted in the config.
    end = [] if argos.is_file() or config.get("add_source_eos") else ["</s>"]

    def encode(text: str) -> list[str]:
        return [*ours.encode(text, out_type=str), *end]

    def decode(tokens: list[str]) -> str:
        return str(theirs.decode([one for one in tokens if one != "</s>"])).strip()

    def run(batch: list[list[str]]) -> list[list[str]]:
        results = translator.translate_batch(
            batch, beam_size=BEAM, max_decoding_length=LONGEST, max_batch_size=32
        )
        return [list(result.hypotheses[0]) for result in results]

    return _Model(encode, decode, run)
