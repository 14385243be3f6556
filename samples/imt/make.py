"""Write the sample's Word files, memory and answers: ``python samples/imt/make.py [FOLDER]``.

The same sources give the same files. The words are in ``statement.en.txt`` and
``statement.fr.txt`` (read in ``text.py``), the look in ``parts/*.xml`` (put together in
``wordfile.py``), what the memory lacks in ``memory.toml``, what the second draft changes in
``revision.toml``.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from text import Block, Pair, pairs, parse, plain, read
from wordfile import Draft, word_file

HERE = Path(__file__).resolve().parent
WRITTEN = "20260914T073000Z"
STATEMENT = "Ensemble pour imaginer et construire un avenir durable et former ses acteurs."
OWN = "sample: rendering of the Énoncé project"
OFFICIAL = "sample: official wording"
INVENTED = "sample: near match, invented"

_TMX_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<tmx version="1.4">
<header creationtool="enonce-sample" creationtoolversion="1" segtype="sentence" o-tmf="enonce" \
adminlang="en" srclang="en" datatype="xml" creationdate="{WRITTEN}">
<note>English: the press release of Institut Mines-Télécom, and near sentences invented for this \
sample. French: the Énoncé project’s own rendering, not the institute’s, except the official \
wording of the statement itself.</note>
</header>
<body>
"""
_ANSWERS_HEAD = """\
# Ce que la traductrice de la démonstration écrit là où la mémoire n’a rien, ou rien d’exact.
# Rendu en français écrit pour ce projet ; ce n’est pas le texte officiel de l’institut.
# Fichier écrit par make.py ; une balise <g id> ou <x id/> de la source se retrouve dans la cible.
"""


def revised(blocks: Sequence[Block], old: str, new: str) -> tuple[list[Block], frozenset[int]]:
    """Put a sentence in the place of another; give the blocks and which of them has changed."""
    done: list[Block] = []
    changed = set()
    for place, block in enumerate(blocks):
        sentences = tuple(
            read(new) if plain(sentence) == old else sentence for sentence in block.sentences
        )
        if sentences != block.sentences:
            changed.add(place)
        done.append(Block(block.kind, sentences))
    if len(changed) != 1:
        raise ValueError(f"{len(changed)} paragraphs have the sentence “{old}”")
    return done, frozenset(changed)


def memory(known: Iterable[Pair], origins: Mapping[Pair, str]) -> str:
    """Write a memory as TMX 1.4b; tags become its empty ``bpt``, ``ept`` and ``ph``.

    ``origins`` says where a pair's French comes from when it is not this project's rendering.
    """
    units = [
        f'<tu tuid="{place}" creationdate="{WRITTEN}">\n'
        f'<prop type="x-origin">{origins.get(pair, OWN)}</prop>\n'
        f'<tuv xml:lang="en"><seg>{_native(pair.source)}</seg></tuv>\n'
        f'<tuv xml:lang="fr"><seg>{_native(pair.target)}</seg></tuv>\n'
        "</tu>\n"
        for place, pair in enumerate(known, 1)
    ]
    return _TMX_HEAD + "".join(units) + "</body>\n</tmx>\n"


def _native(tagged: str) -> str:
    tagged = re.sub(r'<g id="(\d+)">(.*?)</g>', r'<bpt i="\1" x="\1"/>\2<ept i="\1"/>', tagged)
    return re.sub(r'<x id="(\d+)"/>', r'<ph x="\1"/>', tagged)


def answers(given: Iterable[Pair]) -> str:
    """Write what people answer, as literal TOML strings: tags hold double quotes."""
    given = list(given)
    if any("'" in pair.source + pair.target for pair in given):
        raise ValueError("a straight apostrophe cannot stand in a literal TOML string; write ’")
    for_each = [
        f"\n[[answer]]\nsource = '{pair.source}'\ntarget = '{pair.target}'\n" for pair in given
    ]
    return _ANSWERS_HEAD + "".join(for_each)


def share(all_pairs: Sequence[Pair], lacks: dict[str, Any]) -> tuple[list[Pair], list[Pair]]:
    """Give what the memory holds and what people have to answer."""
    known: list[Pair] = []
    asked: list[Pair] = []
    near = {one["of"]: Pair(one["source"], one["target"]) for one in lacks["near"]}
    unused = {*near, *lacks["missing"]}
    for pair in dict.fromkeys(all_pairs):
        words = re.sub("<[^>]*>", "", pair.source)
        start = next((begin for begin in unused if words.startswith(begin)), None)
        unused.discard(start or "")
        if start in near:
            known.append(near[start])
        elif start is None:
            known.append(pair)
        if start is not None:
            asked.append(pair)
    if unused:
        raise ValueError(f"no sentence begins with {sorted(unused)}")
    return known, asked


def files() -> dict[str, bytes]:
    """Give every file that this script writes, by name."""
    english = parse(HERE / "statement.en.txt")
    french = parse(HERE / "statement.fr.txt")
    lacks = tomllib.loads((HERE / "memory.toml").read_text(encoding="utf-8"))
    change = tomllib.loads((HERE / "revision.toml").read_text(encoding="utf-8"))
    second, touched = revised(english, change["old"], change["new"])
    known, asked = share(list(pairs(english, french)), lacks)
    asked.append(Pair(change["new"], change["target"]))
    origins = {Pair(one["source"], one["target"]): INVENTED for one in lacks["near"]}
    origins |= {pair: OFFICIAL for pair in known if pair.target == STATEMENT}
    first_day, second_day = "2026-09-14T07:30:00Z", "2026-10-02T14:05:00Z"
    return {
        "statement.en.docx": word_file(Draft(english, frozenset(), 4, first_day)),
        "statement.v2.en.docx": word_file(Draft(second, touched, 5, second_day)),
        "statement.refused.docx": word_file(
            Draft(english, frozenset(), 3, first_day, linked_logo=True)
        ),
        "memory.tmx": memory(known, origins).encode(),
        "answers.fr.toml": answers(asked).encode(),
    }


def main() -> None:
    """Write the files into a folder, by default into this one."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for name, data in files().items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
