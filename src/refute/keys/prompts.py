"""Recognizes what makes no claim in a key: questions, tasks and their labels."""

from __future__ import annotations

import re

from refute.keys.tree import Statement

VERBS = (
    "analyse", "analyze", "argue", "calculate", "compare", "define", "derive", "describe",
    "determine", "discuss", "distinguish", "evaluate", "explain", "identify", "illustrate",
    "interpret", "justify", "motivate", "prove", "summarise", "summarize", "verify",
)  # fmt: skip
"""The verbs that begin a task."""

NOUNS_TOO = (
    "comment", "compute", "contrast", "elaborate", "estimate", "find", "give", "list", "name",
    "outline", "show", "sketch", "state",
)  # fmt: skip
"""Verbs that begin a task only before one of ``BEFORE``: not in "state dicts hold weights"."""

BEFORE = (
    "a", "all", "an", "any", "at", "at least", "each", "examples of", "for", "how", "in", "on",
    "one", "reasons", "some", "that", "the", "three", "two", "what", "when", "whether", "which",
    "why", "your",
)  # fmt: skip

_NUMBER = (
    r"(?:(?:q|question|ex|exercise|part|problem|task)\.?[ ]*)?"
    r"\(?(?:\d+(?:\.\d+)*[ ]?[a-z]?|[a-z]|[ivx]+)(?:[.:)]+[ ]*|[ ]+[-–—][ ]+)"
)
_TASK = re.compile(
    rf"(?:{_NUMBER})?(?:please[ ]+)?(?:briefly[ ]+)?"
    rf"(?:(?:{'|'.join(VERBS)})(?:[ ,][^:]*)?"
    rf"|(?:{'|'.join(NOUNS_TOO)})[ ](?:{'|'.join(BEFORE)}|\d+)\b[^:]*)[.:!]?",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:(?:question|exercise|problem|task)[ ]?[\d.]*[ ]?[a-z]?"
    r"|(?:q|ex|part|section|chapter)(?:[. ]*\d[\d.]*[ ]?[a-z]?|[. ]+[a-z])"
    r"|(?:answers?|solutions?|hints?)(?:[ ]to[ ](?:question|exercise|task)[ ][\d.]*[a-z]?)?)[.:]?",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"\?[\"'”’)\]]*$")
_VERDICT = r"(?:true|false|right|wrong|correct|incorrect|untrue|yes|no|not true)"
_TO_BE_JUDGED = re.compile(
    rf"(?:{_NUMBER})?(?:(?:(?:true|t)[ ]?(?:or|/)[ ]?(?:false|f)"
    r"|(?:right|correct)[ ]?(?:or|/)[ ]?(?:wrong|incorrect|not))[ ]?(?:[:.?]|[ ][-–—])"
    r"|is[ ]it[ ](?:true|right|correct)[ ]that\b)[ ]*(?P<said>.*)",
    re.IGNORECASE,
)
_CITED = re.compile(
    rf"(?:{_NUMBER})?(?:claim|statement|assertion|myth)(?:[ ]\d+)?[ ]?:[ ]*(?P<said>.*)", re.I
)
_JUDGES = re.compile(
    rf"\b(?:true|false|wrong|incorrect|untrue)\b|\W[ ]?{_VERDICT}\W*$"
    rf"|^(?:{_VERDICT}|neither|partly|both|(?:it|that)[ ]depends)\b",
    re.IGNORECASE,
)
"""A verdict in the sentence itself, which then is an answer: "True or false: false, it learns"."""

_JUDGED = re.compile(
    rf"(?:{_NUMBER})?(?:{_VERDICT}(?:[ ]*[.,:;!–—-]|[ ]+(?:because|since|as)\b|$)"
    r"|fact:|reality:|truth:|neither\b|partly\b|(?:it[ ])?depends\b)",
    re.IGNORECASE,
)
"""How an answer to a sentence that is to be judged begins."""

_NUMBERED = re.compile(rf"(?!A: ){_NUMBER}", re.IGNORECASE)
_MEASURED = (
    r"(?![^:]*\b(?:as|loss|losses|errors?|accuracy|accuracies|curves?|gradients?|results?|outputs?"
    r"|predictions?|runs?|sets?|data|features?|labels?)\b)"
)
"""What answers say is to be compared: "compare the losses of both sets"."""

_ASKED_FOR = (
    r"(?:examples?|reasons?|ways?|methods?|advantages?|disadvantages?|drawbacks?|differences?"
    r"|definitions?|formulas?|formulae|equations?|proofs?|arguments?|explanations?"
    r"|counterexamples?|conditions?|properties|assumptions?)"
)
_COMPUTED = (
    r"(?:derivatives?|variance|expectation|number[ ]of|shapes?|probability|jacobian|hessian"
    r"|receptive[ ]field|limit)"
)
_POSED = re.compile(
    rf"{_NUMBER}(?:please[ ]+)?(?:briefly[ ]+)?(?P<task>"
    r"(?P<plainly>argue|discuss|explain|justify|motivate|prove)\b(?:[ ,][^:]*)?"
    r"|derive\b(?![^:]*\b(?:sets?|features?|labels?|data)\b)[^:]*"
    r"|(?:describe|outline|sketch)\b[ ][^:]*"
    r"|distinguish[ ]between\b[^:]*"
    r"|(?:analyse|analyze|compare|contrast|illustrate|interpret|summarise|summarize)\b[ ]"
    rf"{_MEASURED}[^:]*"
    r"|(?:show[ ]that|(?:show|state)[ ](?:why|whether))\b[^:]*"
    r"|(?:comment|elaborate)[ ]on\b[^:]*"
    rf"|(?:name|list|give|state|define|identify)[ ](?:[^\s:]+[ ]){{0,3}}{_ASKED_FOR}\b[^:]*"
    rf"|(?:calculate|compute|determine|estimate|find)[ ]the[ ](?:[^\s:]+[ ]){{0,2}}{_COMPUTED}\b"
    r"(?![^:]*\b(?:by|with|on|from|using|and)\b)[^:]*"
    r")[.!]?",
    re.IGNORECASE,
)
"""A task behind the label of a part, in words that seldom begin an answer."""

_ADVISES = re.compile(
    r"\b(?:because|since|so that|otherwise|instead|rather than|only|never|always|before|after|then"
    r"|until|unless|first|to (?:avoid|prevent|keep|ensure|reduce|get|make|see))\b|;",
    re.IGNORECASE,
)
"""What makes advice of a sentence that begins like a task, unless it asks why or how."""

_ENDS_INSIDE = re.compile(r"[.!?]\W* [A-Z]")
"""Where a sentence ends that the reader of sentences did not see."""

_ASKS_WHY = re.compile(r"[a-z]+ (?:why|how|what|when|whether|which)\b", re.IGNORECASE)

_HEADS = (
    "batch", "batches", "clipping", "data", "decay", "dropout", "ensemble", "ensembles", "epochs",
    "function", "functions", "gradient", "gradients", "inputs", "layers", "loss", "model", "models",
    "momentum", "network", "networks", "optimizer", "optimizers", "outputs", "practice", "rate",
    "rates", "schedule", "schedules", "size", "sizes", "units", "weights",
)  # fmt: skip
_NO_NAME = (
    "add", "all", "any", "apply", "are", "avoid", "best", "better", "both", "can", "cannot",
    "change", "check", "choose", "clip", "decrease", "does", "during", "faster", "fewer", "for",
    "has", "have", "helps", "higher", "improve", "improves", "in", "increase", "is", "keep",
    "larger", "less", "longer", "lower", "monitor", "more", "need", "needs", "neither", "never",
    "no", "none", "not", "only", "pick", "prefer", "prevent", "prevents", "raise", "reduce",
    "remove", "set", "slower", "smaller", "stop", "try", "tune", "use", "watch", "with", "without",
    "worse", "yes",
)  # fmt: skip
_NAME = re.compile(
    rf"(?!.*\b(?:{'|'.join(_NO_NAME)})\b)(?:[\w’'/-]+[ ]){{0,3}}"
    rf"(?:[\w-]{{2,}}(?:ing|tion|sion|ity|ness)|{'|'.join(_HEADS)})[.:]",
    re.IGNORECASE,
)
"""A few words without a verb that end in a noun: "Early stopping." """

_TELLS = re.compile(r"(?:,| and| then)[ ](?:you(?:'ll|’ll|[ ](?:will|see|find|get))|it[ ])", re.I)
"""What makes a claim of a sentence that begins like a task: "compare them and you see that ..."."""


def is_question(statement: Statement) -> bool:
    """Whether a statement ends in a question mark."""
    return bool(_QUESTION.search(statement.text))


def is_label(statement: Statement) -> bool:
    """Whether a statement only names what follows: "Question 2:", "Answer"."""
    return _LABEL.fullmatch(statement.text) is not None


def names_the_rest(statement: Statement) -> bool:
    """Whether a statement in bold names what its paragraph or bullet is about: "**Scaling.** ...".

    A neighbour must begin alike, and what is above must not ask: "**ReLU.** ..." may be an answer.
    """
    around = statement.around
    return (
        statement.set_apart
        and around.begins
        and around.goes_on
        and not around.numbered
        and _NAME.fullmatch(statement.text) is not None
        and any(_NAME.fullmatch(other) for other in around.beside)
        and not _asks(around.above)
    )


def _asks(text: str) -> bool:
    unlabelled = re.sub(rf"^{_NUMBER}", "", text, flags=re.IGNORECASE)
    return (
        text.endswith(":")
        or _QUESTION.search(text) is not None
        or _LABEL.fullmatch(text) is not None
        or _TASK.fullmatch(unlabelled) is not None
    )


def is_to_be_judged(statement: Statement) -> bool:
    """Whether a statement is what an exercise asks about: "True or false: dropout prunes."

    "Claim: ..." and what follows "True or false?" are so only if a verdict comes next.
    """
    if statement.kind != "sentence":
        return False
    text, around = statement.text, statement.around
    if match := _TO_BE_JUDGED.fullmatch(text):
        return bool(match["said"]) and not _JUDGES.search(match["said"])
    asked = _TO_BE_JUDGED.fullmatch(around.before)
    cited = _CITED.fullmatch(text)
    if cited is None and (asked is None or asked["said"]):
        return False
    said = cited["said"] if cited else text
    return not _JUDGES.search(said) and _JUDGED.match(around.after) is not None


def is_posed(statement: Statement) -> bool:
    """Whether a statement is a task behind the label of a part: "**(a)** Explain both effects."

    The answer must follow: in the next block, without a label of its own, or, for the plainest
    verbs, in the same block.
    """
    around = statement.around
    match = _POSED.fullmatch(statement.text) if around.begins else None
    if match is None or statement.kind != "sentence":
        return False
    if around.goes_on:
        answered = match["plainly"] is not None
    else:
        answered = bool(around.next_block) and not _NUMBERED.match(around.next_block)
    return bool(
        answered
        and not _ENDS_INSIDE.search(match["task"])
        and not _QUESTION.search(around.before)
        and (_ASKS_WHY.match(match["task"]) or not _ADVISES.search(match["task"]))
        and not _TELLS.search(match["task"])
    )


def is_task(statement: Statement) -> bool:
    """Whether a statement is set apart and begins like a task: "**4. Explain why ...**".

    A number may come before its verb.  A colon inside it may begin an answer, so it is not a task.
    """
    text = statement.text
    return (
        statement.set_apart
        and statement.kind == "sentence"
        and _TASK.fullmatch(text) is not None
        and not _TELLS.search(text)
    )


def what_asks(statement: Statement) -> str | None:
    """Return what a statement is that makes no claim, even if no entry says so."""
    if statement.kind == "heading":
        return "a heading"
    if is_question(statement):
        return "a question"
    if is_label(statement) or names_the_rest(statement):
        return "a label"
    if is_to_be_judged(statement):
        return "a sentence to be judged"
    return "a task" if is_task(statement) or is_posed(statement) else None


def needs_entry(statement: Statement) -> bool:
    """Whether a statement without an entry counts as unlinked."""
    return what_asks(statement) is None
