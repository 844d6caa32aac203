"""Strangers' text is shown as it is, and never acts."""

from markupsafe import Markup

from refute.report.markup import anchors, code, raised


def test_code_keeps_its_quotes_and_cannot_become_markup() -> None:
    assert code("f(\"x\", 'y') < &amp;") == "f(\"x\", 'y') &lt; &amp;amp;"
    assert isinstance(code(""), Markup)


def test_powers_of_ten_are_raised_and_code_is_not() -> None:
    assert raised("7.0 × 10^-4 to 1.2 × 10^12") == "7.0 × 10⁻⁴ to 1.2 × 10¹²"
    assert raised("x^2, 10^-4") == "x^2, 10^-4"
    assert raised("condition numbers 1e4 to 1e+08") == "condition numbers 10⁴ to 10⁸"
    assert raised("x = −3.40282e+38, ±1e-06.") == "x = −3.40282 × 10³⁸, ±10⁻⁶."
    assert raised("2e5a, v1e3, 1.2e3.4, 0x1e4") == "2e5a, v1e3, 1.2e3.4, 0x1e4"


def test_anchors_are_readable_and_different() -> None:
    names = ["init/same-value", "init-same/value", "Größe", "", "!"]
    assert anchors("claim", names) == [
        "claim-init-same-value", "claim-init-same-value-2", "claim-gr-e", "claim-x", "claim-x-2",
    ]  # fmt: skip
