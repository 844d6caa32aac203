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
"""Verbs that begin a task only before one of ``BEFORE``: "state dicts hold weights" is none."""

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
_TELLS = re.compile(r"(?:,| and| then)[ ](?:you(?:'ll|’ll|[ ](?:will|see|find|get))|it[ ])", re.I)
"""What makes a claim of a sentence that begins like a task: "compare them and you see that ..."."""


def is_question(statement: Statement) -> bool:
    """Whether a statement ends in a question mark."""
    return bool(_QUESTION.search(statement.text))


def is_label(statement: Statement) -> bool:
    """Whether a statement only names what follows: "Question 2:", "Answer"."""
    return _LABEL.fullmatch(statement.text) is not None


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
    if is_label(statement):
        return "a label"
    return "a task" if is_task(statement) else None


def needs_entry(statement: Statement) -> bool:
    """Whether a statement without an entry counts as unlinked."""
    return what_asks(statement) is None
