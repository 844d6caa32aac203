"""What a stranger could write into a key or ledger to attack the readers of a page."""

from __future__ import annotations

from pathlib import Path

from refute.ledger import (
    Citation,
    ClaimRecord,
    Ledger,
    NotMeasured,
    Question,
    Source,
)
from refute.wording import roughly
from tests.make import claim, ledger, measured, quantity, reading, searched, series

HARM = "window.harmed=1"

MARKUP = [
    f"<script>{HARM}</script>",
    f"</script><script>{HARM}</script>",
    "x<!--<script>",  # within a script element it would keep the next </script> from ending it
    f"</title></style></textarea></noscript><img src=x onerror={HARM}>",
    f"<img src=x onerror={HARM}>",
    f'" onmouseover="{HARM}" x="',
    f"' autofocus onfocus='{HARM}",
    f"<details open ontoggle={HARM}>",
    f"<svg onload={HARM}>",
    f"<svg><script>{HARM}</script></svg>",
    f"<svg><animate onbegin={HARM} attributeName=x dur=1s>",
    f'<math><mtext><mglyph><style><!--</style><img title="--><img src=x onerror={HARM}>">',
    f'<iframe srcdoc="<script>parent.{HARM}</script>">',
    '<meta http-equiv="refresh" content="0;url=https://example.org/">',
    '<base href="https://example.org/">',
    '<link rel=stylesheet href="https://example.org/style.css">',
    '<form action="https://example.org/"><input name=q><button>send</button>',
    "<div><p><b <table",
    "x <!-- unclosed",
    "]]> <![CDATA[",
    "{{ 7 * 7 }}{% raw %}{# #}${7 * 7}",
]
"""Without a line break, so that it stands wherever a key or a ledger has a word."""

LINKS = [
    f"[press](javascript:{HARM})",
    f"[press](data:text/html,<script>{HARM}</script>)",
    f"[press](vbscript:{HARM})",
    f"<javascript:{HARM}>",
]
"""Links of Markdown to where no link may lead."""

READ_AS_MARKDOWN = [
    "&lt;b&gt; &amp;amp; &#60;",
    f"[press](JaVaScRiPt&#58;{HARM})",
    f"![see](https://example.org/pixel.png){{onerror={HARM}}}",
]
"""What Markdown shows otherwise than it is written, unless it stands in code."""

CHARACTERS = [
    "x" * 10_000,
    "\u202eexe.gnp\u202c",  # reads as a picture's name
    "\u2067right\u2069 to \u200fleft",
    "nul\x00byte\x1b[31m",
]

AS_WRITTEN = [*MARKUP, *LINKS, *CHARACTERS]
TEXTS = [*AS_WRITTEN, *READ_AS_MARKDOWN]

PLACES = {
    "prose": "{}",
    "heading": "## {}",
    "list": "- {}",
    "quotation": "> {}",
    "table": "| a |\n|---|\n| {} |",
    "emphasis": "**{}",
    "link": "[{}](https://example.org/)",
    "span": "`` {} ``",
    "code": "```{}\n{}\n```",
}
"""Where a text can stand in Markdown."""


def keys(folder: Path) -> None:
    """A key for each place, with every text in it; the names of the files are hostile, too."""
    folder.mkdir()
    for name, place in PLACES.items():
        blocks = [place.replace("{}", text) for text in TEXTS]
        file = folder / f"{name}-<img src=x onerror={HARM}>.md"
        file.write_text("\n\n".join([f"# Key: {name}", *blocks]), encoding="utf-8")


def run() -> Ledger:
    """A ledger with every text in every field that takes one."""
    whole = ledger([_claim(number, text) for number, text in enumerate(TEXTS)])
    questions = [Question(f"question-{number}", text) for number, text in enumerate(TEXTS)]
    sources = [
        Source(f"source-{number}", text, f"javascript:{HARM}//{text}")
        for number, text in enumerate(TEXTS)
    ]
    whole.run.environment.update({text: text for text in TEXTS})
    return Ledger(run=whole.run, questions=questions, sources=sources, claims=whole.claims)


def _claim(number: int, text: str) -> ClaimRecord:
    outcome, evidence = measured(roughly(2), 2.0, n=32, quantity=quantity("value", text))
    evidence.series.append(series(name=text))
    found = searched("fails", counterexample=text, message=text)
    whole = claim(
        f"question-{number}/claim",
        "NO VERDICT",
        [
            reading(text, outcome, evidence, check=text, code=text),
            reading(f"{text} found", "fails", found, check=text, code=text),
            reading(f"{text} not measured", "undecided", NotMeasured(text), check=text),
            reading(f"{text} broke", None, None, check=text, error=text),
        ],
        statement=text,
        why=text,
        correction=text,
    )
    whole.citations.append(Citation(f"source-{number}", text))
    return whole
