"""The rule about embeddings that have no row for the last word."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from refute.keys.code.facts import Facts
from refute.keys.code.places import place_of
from refute.keys.code.rules.answers import Answer, Faulty, Fine, rule
from refute.keys.code.syntax import assigned_once, called, nodes


@rule(
    "code/embedding-too-small",
    "an embedding has no row for the last word of the tokenizer",
    severity="error",
    fix="Keras's Tokenizer counts words from 1: Embedding(len(tokenizer.word_index) + 1, ...).",
)
def embedding_too_small(facts: Facts) -> Iterator[Answer]:
    if not facts.mentions(r"Tokenizer\(") or facts.mentions(r"Tokenizer\([^)]*num_words|- 1\b"):
        return
    given = assigned_once(facts)
    for call in nodes(facts, ast.Call):
        named = [k.value for k in call.keywords if k.arg in ("input_dim", "num_embeddings")]
        rows = named or call.args[:1]
        if called(call) != "Embedding" or not rows:
            continue
        source = ast.unparse(given.get(ast.unparse(rows[0]), rows[0]))
        if re.fullmatch(r"len\([\w.]*word_index\)", source):
            yield Faulty(place_of(call), "words are numbered from 1, so the last one has no row")
        elif "word_index" in source:
            yield Fine(place_of(call))
