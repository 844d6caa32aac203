"""Whether a statement speaks of a claim without making it: "It is a mistake to say that ..."."""

from __future__ import annotations

import re

_OTHERS = (
    r"(?:some|many|most|few|other|several) (?:[\w-]+ )?|(?:people|students|authors|beginners"
    r"|textbooks|blogs|sources|one|you|they|nobody|no one|(?:do|should) not|don['’]t) "
)
_OFTEN = r"(?:(?:may|might|could|can|would|should|often|sometimes|commonly|widely|frequently) )*"
_SAY = r"(?:think|believe|say|claim|argue|assume|write|state|suppose|expect)s?"
_DISOWNED = re.compile(
    r"\b(?:mistake[ns]?|mistakenly|incorrect(?:ly)?|untrue|inaccurate|erroneous(?:ly)?|errors? to"
    r"|fallac(?:y|ies)|wrong(?:ly)?|false(?:ly)?|debunked|disproved|refuted|contrary to"
    r"|misconceptions?|misunderstandings?|myths?|not (?:the case|true|correct|right)"
    r"|supposed(?:ly)?|alleged(?:ly)?|so-called|hearsay|should be (?:replaced|avoided)"
    r"|(?:said|claimed|believed|thought|assumed|told|argued|stated) (?:that|to)"
    rf"|(?:{_OTHERS}){_OFTEN}{_SAY}(?: that)?|used to (?:think|believe|say))\b",
    re.IGNORECASE,
)


def disowns(text: str) -> bool:
    """Whether a statement says that something is wrong, or only that others say it.

    Such a statement can be right even if every word in it comes from a false claim.
    """
    return _DISOWNED.search(text) is not None
