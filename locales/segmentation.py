"""Finds where sentences begin in French and English institutional prose.

Own rules, after the habit of SRX (GALA, SRX 2.0): a possible end is a run of ``. ! ? …`` with what
closes after it, white space, and something that can begin a sentence; abbreviations, initials and
numbering take some of these back. The white space stays with the sentence before. Paragraphs are
``documents``' business, and so is cutting tagged text at the offsets given here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_END = re.compile(
    r"(?P<run>[.!?…]+)"
    r"(?P<close>(?:[\u00a0\u202f ]?»|[”’\"')\]}])*)"
    r"(?P<space>[\s\u00a0\u202f]+)"
    r"(?=(?P<open>(?:«[\s\u00a0\u202f]*|[“‘\"'(\[¿¡]|[–—-][\s\u00a0\u202f]+)*)"
    r"(?P<next>[^\W_]+(?:['’](?=\w))?))"
)
_WORD = re.compile(r"[^\W\d_][\w.\-’']*$|\d[\w.,]*$|§+$")
_NUMBERING = re.compile(
    r"[\s«“\"'(\[–—-]*"
    r"(?:(?:art(?:icle)?|section|chap(?:itre|ter)?|titre|title|part(?:ie)?|annexe|appendix|"
    r"schedule|clause|al(?:inéa)?|par(?:a(?:graphe?)?)?|rule|règle|§+)\.?\s+)?"
    r"(?:\d{1,3}(?:[.\-]\d{1,3})*[a-z]?|[A-Za-z]|[ivx]{1,5}|[IVXLC]{1,6})\.?",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"(?:^|[\s(-])[^\W\d_]\.[ \u00a0-]?$")
_ROMAN = re.compile(r"[IVXLC]+|[ivx]+")
_CODE = re.compile(r"[A-Z]{1,5}[-/.]?\d")
_MEASURED = re.compile(r"(?:\d[\s\u00a0\u202f]?|\d\s?°\s?|\w/)$")
_LABEL = re.compile(
    r"\b(?:part(?:ie)?|annexe?|appendi(?:x|ce)|schedule|class(?:e)?|cat[ée]gor(?:y|ie)|form(?:ule)?|"
    r"tit(?:le|re)|chap(?:ter|itre)|tab(?:le|leau)|group(?:e)?|plan|list(?:e)?)[\s\u00a0]$",
    re.IGNORECASE,
)
"""What is named by a letter: "Part I", "l'annexe A"; the letter is nobody's initial."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a language's abbreviations do at the end of a word.

    ``titles`` are always followed by what they announce; ``numbered`` only before a number;
    ``either`` may end a sentence, which shows in the word that follows: one of ``starters``.
    """

    titles: frozenset[str]
    numbered: frozenset[str]
    either: frozenset[str]
    starters: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNITS = _words(
    "mm cm dm m km mg g kg t l L ml mL cl dl hl h min s ms V W kW MW kWh Hz kHz MHz Pa kPa J kJ "
    "ha % ‰"
)
"""What may stand behind a number at the end of a sentence and is an abbreviation elsewhere."""


_FRENCH = Rules(
    titles=_words(
        "M mm mme mmes mlle mlles me dr drs pr prs mgr st ste sts stes vve cdt cne col gal gén "
        "lt cap sgt adj amb hon cf c c.-à-d c.à.d p.ex ex i.e e.g vs env apr av v conf sq tél "
        "téléc télec courr boul bd bld rte pl fg zi rdc bât imm réf réf réd dir adm dép dépt "
        "arr min max moy div resp suppl trad éd coll prés vice-prés secr trés univ inst acad "
        "sté assoc féd ét"
    ),
    numbered=_words(
        "art arts p pp n no nos n° vol chap ch fig t tab par § al alin § l liv sect sec pt pts "
        "ann app annexe doc dos let lettr inc c f ff fol col r règl rés délib déc décr j o s ss "
        "suiv circ h min sem jan janv fév févr avr juil sept oct nov déc tit man ms lib éd rég "
        "reg q"
    ),
    either=_words(
        "etc cie sté ltée ltd inc sa sarl s.a s.a.r.l j.-c ph.d m.a b.sc m.sc ll.b ll.m r.-v "
        "p.-d.g o.n.g o.n.u u.e é.-u u.s.a r.-u s.v.p n.b p.-s a.m p.m jr sr al"
    ),
    starters=_words(
        "le la les l' un une des du de d' il elle ils elles on nous vous je j' tu ce cet cette "
        "ces c' son sa ses leur leurs notre nos votre vos mon ma mes qui que qu' quand quant si "
        "s' en dans sur sous pour par avec sans chez à au aux et ou mais or car donc ni puis "
        "ainsi aussi alors après avant depuis lors lorsque comme tout toute tous toutes chaque "
        "aucun aucune certains certaines plusieurs tel telle cela ça ceci celui celle ceux "
        "celles voir toutefois cependant néanmoins enfin ensuite outre malgré selon afin "
        "pourquoi comment où quel quelle quels quelles est-ce y n' ne dès sauf nonobstant nul "
        "nulle quiconque conformément lorsqu' puisque puisqu' quoique hormis durant pendant "
        "jusqu' parmi entre dont autrement chacun chacune quelques jamais rien seul seule seuls "
        "seules tant aussitôt désormais notamment autant vu considérant attendu"
    ),
)

_ENGLISH = Rules(
    titles=_words(
        "mr mrs ms mx messrs mmes dr drs prof profs hon rev fr st ste mt ft gov sen rep reps "
        "sens gen col lt capt cpt cmdr maj sgt cpl pvt adm amb pres supt insp msgr rt m mm mme "
        "mlle e.g i.e eg ie cf viz vs v ca approx esp incl resp tel fax attn asst assoc "
        "vice-pres"
    ),
    numbered=_words(
        "no nos art arts c p pp para paras subpara par vol vols ch chap chs fig figs sec secs s "
        "ss sched reg regs r cl cls pt pts app ex eq col l ll n nn vers ver rev ed eds t bk jan "
        "feb mar apr jun jul aug sep sept oct nov dec min max op sess"
    ),
    either=_words(
        "etc inc ltd co corp bros llc plc jr sr esq al a.m p.m am pm u.s u.s.a u.k u.n e.u d.c "
        "n.y ph.d m.d b.a m.a b.sc m.sc ll.b ll.m m.b.a d.phil j.d p.s n.b r.s.v.p b.c a.d bce "
        "dept div est ave blvd rd sq univ inst assn intl natl govt mon tue tues wed thu thur "
        "thurs fri sat sun ibid"
    ),
    starters=_words(
        "the a an it its he she they we you i his her their our your my this that these those "
        "there here in on at by for from with without within under over upon of to into about "
        "after before during since until while when where why how what who whom whose which if "
        "unless although though because as so but and or nor yet however moreover furthermore "
        "therefore thus then also all any some each every no not none both either neither many "
        "most more much few several such other another one two three first second third finally "
        "once please let see do does did is are was were has have had will would shall should "
        "may might can could must despite notwithstanding except subject wherever whenever "
        "whether nothing nobody everyone anyone between among during through given according "
        "pursuant immediately otherwise whoever whatever less only even often sometimes today "
        "whereas considering thereafter"
    ),
)

_RULES = {"fr": _FRENCH, "en": _ENGLISH}


def cutter(language: str) -> Callable[[str], Sequence[int]]:
    """A function that gives the offsets at which new sentences begin in a plain text, 0 left out.

    A language without rules of its own is cut by the English ones.
    """
    rules = _RULES.get(language, _ENGLISH)

    def cut(text: str) -> Sequence[int]:
        return _cut(text, rules)

    return cut


def _cut(text: str, rules: Rules) -> list[int]:
    cuts: list[int] = []
    begin = 0
    for match in _END.finditer(text):
        if _ends(text, begin, match, rules):
            begin = match.end("space")
            cuts.append(begin)
    return cuts


def _ends(text: str, begin: int, match: re.Match[str], rules: Rules) -> bool:
    following = match["next"]
    if not (following[0].isupper() or following[0].isdigit()):
        return False
    run, closed = match["run"], match["close"]
    before = text[begin : match.start()]
    if run != ".":
        # "(sic !) Le conseil": a mark inside brackets ends no sentence around them.
        return not (")" in closed and "(" in before.rstrip())
    if not closed and _NUMBERING.fullmatch(before):
        return False
    found = _WORD.search(before)
    if found is None:
        return True
    if closed and "." not in found.group() and found.group().lower() not in rules.titles:
        return True
    if _CODE.match(text, match.start("next")):
        following = "1"
    return _word_ends(found.group(), before[: found.start()], following, bool(match["open"]), rules)


def _word_ends(word: str, before: str, following: str, opened: bool, rules: Rules) -> bool:
    bare = word.lower()
    if not following[0].isdigit() and _closes(word, before):
        return True
    # L'art. 3, d'env. 20: the article is no part of the abbreviation.
    elided = re.split(r"['’]", bare)[-1]
    for form in (bare, elided, elided.rsplit("-", 1)[-1] if "." not in elided else elided):
        # One letter alone is a title in one case only: "M. Le Goff", "R. v. Smith".
        if (form if len(form) > 1 else word[-1]) in rules.titles:
            return False
        if form in rules.numbered and _is_number(following):
            return False
        if form in rules.either:
            return opened or form == "etc" or _starter(following, rules)
    if bare.isdigit() and _after_colon(before):
        return False
    if len(word) == 1 and word.isalpha():
        if _after_colon(before) or _INITIAL.search(before):
            return False
        return word.islower() or _starter(following, rules)
    if "." in word and _dotted(word):
        return opened or _starter(following, rules)
    return True


def _closes(word: str, before: str) -> bool:
    """Whether a word that may be an abbreviation is a unit, a number or a label here."""
    if (word in _UNITS or word in ("C", "F")) and _MEASURED.search(before):
        return word in _UNITS or before.rstrip().endswith("°")
    if "." in word and word.replace(".", "").isdigit() and not _after_colon(before):
        return True
    return len(word) == 1 and word.isupper() and bool(_LABEL.search(before))


def _after_colon(before: str) -> bool:
    """Whether what follows is a number in a running list: "as follows: 1. Adopt"."""
    return before.rstrip()[-1:] in (":", ";")


def _is_number(text: str) -> bool:
    return text[0].isdigit() or bool(_ROMAN.fullmatch(text)) or (len(text) == 1 and text.isupper())


def _starter(text: str, rules: Rules) -> bool:
    return text.lower().replace("’", "'") in rules.starters


def _dotted(word: str) -> bool:
    """Whether a word is an abbreviation with inner points: "J.-P", "U.S", "Ph.D"."""
    return all(0 < len(part.strip("-")) <= 3 for part in word.split("."))
