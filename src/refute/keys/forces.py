"""The words of a sentence that set its force: "can", "always" or "not always"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from refute.decision.verdict import Force, Link
from refute.wording import FORCES

_DENIED = r"(?!\s*(?:not\b|n[o']t\b|['’]t\b))"
_TAKEN_AS = r"(?! be (?:seen|viewed|read|taken|interpreted|understood|regarded|treated)\b)"
_COULD = rf"(?<!as it )(?<!as )could{_DENIED}(?! (?:only|neither|no longer|never)\b){_TAKEN_AS}"
_PERHAPS = r"maybe|perhaps|(?<!not )(?<!n['’]t )possibly|probably"
_NOT = r"(?:not|cannot|no|never|\w+n['’]t|without(?: an?| any)?)"
_NO_MATTER = (
    r"no matter (?:how|what|when|where|whether|which|who)|"
    r"(?:regardless|irrespective) of|"
    r"however (?:deep|wide|large|big|small|long|short|many|much|few|often|high|low|strong|weak)"
    r"(?= (?:it|they|we|you|the|an?|its|their|this|that)\b|\s*(?:[,.;:!)]|$))"
)
_WHATSOEVER = r"any (?:[\w’'-]+ ){1,3}whatsoever"
_EXCEPTION = (
    r"(?<!not )(?<!run )(?<!runs )(?<!ran )(?<!execute )(?<!executes )(?<!compiles )(?<!finishes )"
    r"without (?:any )?exceptions?"
)
"""Not "it runs without exception": that is about an error."""

_BREAKS = r"(?:breaks?|broke|loses?|lost|voids?)(?: \S+){0,2}"
_COMPARATIVES = (
    "slower|faster|longer|worse|better|smaller|larger|lower|higher|weaker|stronger|more|less"
)
_QUANTITIES = (
    r"(?:slight|marginal|minimal|mild|modest|moderate|part|partial|negligib)ly|(?:very )?few|some"
    r"|about|around|roughly|approximately|half|one|two|three|four|five|ten"
    r"|\d+(?:\.\d+)?(?= ?%|\s\w)"
    r"|an? (?:very |rather )?(?:little|bit|few|small(?:er)?|weaker|tiny|minor|slight|modest|single"
    r"|part|portion|share|subset|fraction|handful|couple|half|third|quarter|fifth|tenth|percent)"
)
_NOT_ONLY_ZEROS = r"(?!(?:(?<=outputs only)|(?<=output only)) (?:zeros?|0)\b)"
_NOT_MERELY = (
    rf"(?! (?:{_COMPARATIVES})(?: than\b|\s*(?:[.,;:!)]|$)))(?! outputs? (?:zeros?|0)\b)"
    rf"(?! (?:{_QUANTITIES})(?: |\W|$))"
)
"""What must not follow "only": there it means "merely" ("as one neuron, only slower", "only a fifth
of the time") or "nothing but" ("outputs only zeros", "only outputs zeros").
"""

_ALMOST = "".join(
    rf"(?<!\b{word} )"
    for word in ("almost", "nearly", "virtually", "practically", "basically", "as")
)
"""What must not come before "always" and "never": "almost always" speaks of a share of cases."""

_UNTRUE = (
    r"(?:(?:not|\w+n['’]t) (?:the case|true|right|correct|so)|wrong|false|untrue|incorrect"
    r"|myth|misconception|misunderstanding|fallacy|mistake)"
    r"(?: that| to (?:say|think|believe|claim|assume|expect)(?: that)?)\b"
    r"[^,;:.]{0,80}?"
)
"""What denies the rest: "it is a myth that ... always" is "not always"."""

_ALL_CASES = r"(?:in (?:all|every) cases?|under all (?:circumstances|conditions)|at all times)"

_NOT_ALWAYS = {
    "not always": rf"{_NOT} (?:always|invariably)|not every|{_UNTRUE} (?:always|invariably)"
    rf"|{_NOT}(?: [\w’'-]+){{0,4}} {_ALL_CASES}",
    "not necessarily": rf"{_NOT} necessarily",
    "not guaranteed": rf"{_NOT}(?: longer| an?)? guarantee[sd]?|{_BREAKS} guarantee",
}
_SPELLED = {
    "can": rf"(?<!as it )(?<!as )can{_DENIED}(?! (?:only|neither|no longer|never)\b){_TAKEN_AS}",
    "may": rf"may(?! not\b)(?! never\b)(?! \d){_TAKEN_AS}|{_COULD}|{_PERHAPS}|{_UNTRUE} never",
    "might": r"might(?! as well\b)(?! never\b)",
    "is able to": r"(?:is|are) able to",
    "is likely to": r"(?:is|are) likely to|will (?:most |very )?likely",
    "always": rf"{_ALMOST}(?:always|invariably)",
    "never": rf"{_ALMOST}never",
    "only": rf"(?<!not )(?<!if )only(?! if\b){_NOT_ONLY_ZEROS}{_NOT_MERELY}",
    "guarantees": r"guarantee[sd]?",
    "no matter how": _NO_MATTER,
    "in every case": rf"{_ALL_CASES}|{_WHATSOEVER}",
    "without exception": _EXCEPTION,
    **_NOT_ALWAYS,
}
"""Patterns for words of the table that do not match a sentence literally."""


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{_SPELLED.get(word, word)})\b" for word in words), re.I)


_PATTERNS = {force: _pattern(words) for force, words in FORCES.items()}
_DENIALS = re.compile(rf"{_pattern(_NOT_ALWAYS).pattern}|\b{_UNTRUE} never\b", re.I)
_DENIED_EACH = re.compile(
    rf"\b(?:{_NOT}|must|ha(?:s|ve) to|should)\b[^,;:.]{{0,200}}?(?:{_ALL_CASES}|whatsoever)\b",
    re.I,
)
"""After "not", "in every case" and "whatsoever" deny "always" or merely add emphasis; after "must"
they are part of a requirement.
"""

_DENIED_CAN = re.compile(rf"{_UNTRUE} (?:can|may|might|could)\b", re.I)
"""Denied as a whole, "can" is "cannot", which sets no force."""

_REASON = re.compile(r"\b(?:because|since)\b[^,;:.]*", re.I)
_CONDITION = re.compile(
    r"\b(?<!even )(if|when|whenever|unless)\b(?! not\b)(?:(?! (?:and|but|then)\b)[^,;:.])*", re.I
)
_OF_SUBJECT = re.compile(
    r"^\W*(?:(?:an?|the|any|every|each|all|those|some) (?:[\w-]+ ){0,2}|(?:[\w-]+ )?)"
    r"(?:activation|feature|function|gradient|input|layer|model|network|neuron|output|sample|unit"
    r"|value|weight)s? (?:that|which|whose)(?: [\w-]+){0,2}? (?:always|never|only)\b",
    re.I,
)
"""In "units that never fire are dead", "never" says which units are meant."""

_NEED = re.compile(r"\b(?:needs?(?! no\b)|requires?|must|ha(?:s|ve) to)\b", re.I)


def words_of_force(text: str) -> dict[Force, str]:
    """Return the first word of a sentence that sets each force, as written.

    "Cannot" sets no force, as it denies it; nor do "as near as it can", "might as well" and "can
    be read as", which speaks of a reader.  "Not guaranteed" sets "not always", and "almost always"
    sets none.  The reason in "SELU units do not die, because its derivative is never zero" sets the
    force of nothing but itself.  Neither does "always" in a condition: "softplus is for outputs
    when they must always be positive" does not say that it always is, and "units that never fire
    are dead" only says which units are.
    """
    asserted = _REASON.sub("", text)
    return _words_in(asserted if re.search(r"\w", asserted) else text)


def _words_in(text: str) -> dict[Force, str]:
    affirmed = _DENIED_EACH.sub("", _DENIALS.sub("", _OF_SUBJECT.sub("", text)))
    searched = {"always": _outside_conditions(affirmed), "can": _DENIED_CAN.sub("", text)}
    matches = (
        (force, pattern.search(searched.get(force, text))) for force, pattern in _PATTERNS.items()
    )
    return {force: match[0] for force, match in matches if match is not None}


def _outside_conditions(text: str) -> str:
    """The text without its conditions, but with their conjunctions, which "only if" needs."""
    rest = _CONDITION.sub(r"\1", text)
    return rest if re.search(r"\w", _CONDITION.sub("", text)) else text


def other_force(text: str, links: Sequence[Link], claims: Sequence[str]) -> Force | None:
    """Return the force that the words of a sentence set, if none of its links has it.

    ``None`` if they agree, or if it is unclear: no word sets a force (the context may), the words
    set both, the linked claim contains such a word ("ReLU units can die"), or a link
    says that the sentence is plain.  "Only with" says no more than a claim that something is
    needed.
    """
    if any(link.chosen and link.force == "plain" for link in links):
        return None
    words, forces = words_of_force(text), {link.force for link in links}
    in_claims = {force for claim in claims for force in _words_in(claim)}
    if len(words) != 1 or words.keys() & (forces | in_claims):
        return None
    force, word = next(iter(words.items()))
    if word.lower() == "only" and any(_NEED.search(claim) for claim in claims):
        return None
    return force
