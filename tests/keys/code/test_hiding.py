"""Programs that run texts or set computed names: followed where known, else not judged."""

from __future__ import annotations

import pytest

from refute.keys.code.checking import CodeReport, check_code
from refute.keys.code.program import CodeBlock

IMPORTS = "import keras, sys\nfrom keras.layers import Dense, Dropout\n"
NEVER_FITTED = """# c) batch normalization
net = keras.Sequential([Dense(100, "elu"), keras.layers.BatchNormalization(), Dense(10)])
net.compile("nadam", "mse")
net.evaluate(X_test, y_test)
"""


def checked(code: str) -> CodeReport:
    report = check_code([CodeBlock(1, IMPORTS + code)])
    assert not report.unparsed
    return report


def checked_before_evaluation(code: str) -> CodeReport:
    before, after = NEVER_FITTED.split("net.evaluate")
    return checked(f"{before}{code}\nnet.evaluate{after}")


def ids(report: CodeReport, kind: str) -> set[str]:
    return {each.rule.id for each in getattr(report, kind)}


def test_what_is_checked_here_is_a_fault_if_nothing_is_hidden() -> None:
    assert "code/model-never-fitted" in ids(checked(NEVER_FITTED), "faults")


@pytest.mark.parametrize(
    "hidden",
    [
        "exec(open('training.py').read())",
        "exec(text, names)",
        "exec('net.fit(X, y', {})",
        "eval(text)",
        "eval('net.fit(X, y)', names)",
        "globals()['net'].fit(X, y)",
        "globals()[name].fit(X, y)",
        "vars()['net'].fit(X, y)",
        "locals().update(settings)",
        "setattr(net, name, value)",
        "setattr(sys.modules[__name__], 'net', trained)",
        "net.__dict__.update(settings)",
        "def train():\n    exec('net.fit(X, y)')\ntrain()",
        "import builtins\nbuiltins.exec(text)",
    ],
)
def test_a_rule_does_not_judge_a_program_that_hides_code(hidden: str) -> None:
    report = checked_before_evaluation(hidden)
    assert "code/model-never-fitted" not in ids(report, "faults") | ids(report, "fine")
    assert "code/model-never-fitted" in ids(report, "unsure")


@pytest.mark.parametrize(
    "visible",
    [
        "exec('net.fit(X, y)')",
        "eval('net.fit(X, y)')",
        "for name in ['net']:\n    exec(f'{name}.fit(X, y)')",
        "exec(text := 'net.fit(X, y)')",
        "exec('exec(\\'net.fit(X, y)\\')')",
    ],
)
def test_a_text_that_is_known_is_read_like_other_code(visible: str) -> None:
    report = checked_before_evaluation(visible)
    assert "code/model-never-fitted" in ids(report, "fine")


def test_a_fault_in_a_text_is_at_the_call_that_runs_it() -> None:
    (fault,) = checked("rate = 0.1\nlayer = eval('Dropout(50)')").faults
    assert (fault.answer.place.line, fault.answer.place.column) == (4, 9)


def test_a_text_that_runs_itself_comes_to_an_end() -> None:
    assert "code/dropout-rate-out-of-range" in ids(
        checked("text = 'exec(text)'\nexec(text)\nDropout(50)"), "faults"
    )


def test_a_fault_at_one_place_is_still_found_beside_hidden_code() -> None:
    report = checked("exec(text)\nDropout(50)\nkeras.optimizers.Nadam(lr=0.1)")
    assert ids(report, "faults") == {
        "code/dropout-rate-out-of-range",
        "code/legacy-optimizer-argument",
    }


@pytest.mark.parametrize(
    "hidden", ["exec(text)", "globals()['rate'] = 0.5", "globals().update(rate=0.5)"]
)
def test_a_constant_that_may_have_been_set_unseen_is_not_known(hidden: str) -> None:
    report = checked(f"rate = 50\n{hidden}\nDropout(rate)")
    assert not ids(report, "faults")
    assert "code/dropout-rate-out-of-range" in ids(report, "unsure")


SETTINGS = """class Settings:
    pass

settings = Settings()
for name, value in {"rate": RATE}.items():
    setattr(settings, name, value)
Dropout(settings.rate)
"""


@pytest.mark.parametrize(("rate", "kind"), [("50", "faults"), ("0.5", "fine")])
def test_setattr_with_a_known_name_is_an_assignment(rate: str, kind: str) -> None:
    report = checked(SETTINGS.replace("RATE", rate))
    assert "code/dropout-rate-out-of-range" in ids(report, kind)


def test_settings_that_are_set_by_unknown_names_are_unknown_and_nothing_else_is() -> None:
    report = checked(
        "class Settings:\n    pass\nsettings = Settings()\nsettings.rate = 50\n"
        "for name, value in arguments:\n    setattr(settings, name, value)\n"
        "Dropout(settings.rate)\n" + NEVER_FITTED
    )
    assert "code/dropout-rate-out-of-range" in ids(report, "unsure")
    assert "code/model-never-fitted" in ids(report, "faults")


def test_methods_that_are_called_like_built_in_functions_hide_nothing() -> None:
    report = checked(NEVER_FITTED + "model.eval()\nframe.eval('a + b')\nvars(arguments)")
    assert "code/model-never-fitted" in ids(report, "faults")
