"""An error in a check shows the author's own lines, without Refute's."""

from tests.plugin.stranger import MEASURED, unwrapped

RATIO = "drawn(centre) / drawn(2.0), claimed=roughly(2)"


def said(stranger, check, *options):
    """What a run prints about the first reading that broke, and the whole output."""
    stranger.write("draws", MEASURED.replace(f"measure({RATIO})", check))
    return stranger.run("-k", "four", *options).stdout.str()


def test_what_is_given_wrongly_is_shown_where_it_is_given(stranger):
    output = said(stranger, "measure(drawn(centre), claimed=0.9)")

    assert ">       measure(drawn(centre), claimed=0.9)" in output
    assert "TypeError: claimed=0.9: a region is needed" in output
    assert "def refuse_no_region" not in output
    assert "refute/plugin/measuring.py" not in output


def test_an_exception_of_refutes_is_named_without_its_module(stranger):
    nan = "measure(drawn(float('nan')), claimed=roughly(2))"
    stranger.write("draws", MEASURED.replace(f"measure({RATIO})", nan))

    output = unwrapped(stranger.run())

    assert "E MeasurementError: draw around nan: replicate 0 measured NaN" in output
    assert "broke: MeasurementError: draw around nan" in output
    assert "refute.decision" not in output


def test_a_full_trace_shows_everything(stranger):
    output = said(stranger, "measure(drawn(centre), claimed=0.9)", "--full-trace")

    assert "def refuse_no_region" in output


def test_an_error_in_an_experiment_is_shown_with_the_line_that_made_it(stranger):
    output = said(stranger, 'measure(drawn("four"), claimed=roughly(2))')

    assert '>       measure(drawn("four"), claimed=roughly(2))' in output
    assert "in run\n" in output
    assert "return Record({" in output
    assert "def measure(" not in output


def test_an_error_without_a_line_of_the_author_is_its_message_alone(stranger):
    output = said(stranger, "abs(centre); [] and measure()")

    assert "TypeError: four: the check ended without measuring anything" in output
    assert "def pytest_pyfunc_call" not in output
