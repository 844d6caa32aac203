"""The figures of a claim: each once, the most telling first, with unique ids."""

from msgspec.structs import replace

from refute.ledger import ReadingRecord
from refute.report.charts import figures
from refute.report.charts.figures import MOST_BUNDLES, Figures
from tests.make import claim, reading, searched, series
from tests.report.charts.drawing import left, line
from tests.report.hand_made import one_of_everything


def drawn(*readings: ReadingRecord) -> Figures:
    return figures(claim("a/b", "SUPPORTED", readings), "f1")


def titles(found: Figures) -> list[str]:
    return [figure.caption.split(":")[0] for figure in found.drawn]


def test_what_a_reading_measured_is_drawn_and_what_it_did_not_is_left() -> None:
    accuracy = line([0.1, 0.9], name="test accuracy", y_label="accuracy")
    found = drawn(left("a", line([3, 1]), accuracy, quantity="test accuracy with x"))
    assert titles(found) == ["Accuracy"]
    assert found.left == 1


def test_if_no_picture_shows_what_was_measured_the_first_is_drawn() -> None:
    found = drawn(left("a", line([3, 1]), line([1, 2], name="y"), quantity="dead units"))
    assert titles(found) == ["Loss"]


def test_a_variance_asks_for_its_standard_deviation() -> None:
    by_layer = [line([1, 2], kind="layers", name=name) for name in ("mean", "standard deviation")]
    found = drawn(left("a", *by_layer, quantity="distance from variance 1"))
    assert titles(found) == ["Standard deviation"]


def test_one_picture_of_each_name_comes_before_another_of_the_same() -> None:
    many = [
        left(f"r{at}", loss, line([1, at], name="training accuracy"), check=f"t{at}")
        for at, loss in enumerate(line([3, at], arm=f"arm {at}") for at in range(4))
    ]
    found = drawn(*many)
    assert len(found.drawn) == MOST_BUNDLES
    assert len({figure.svg for figure in found.drawn}) == MOST_BUNDLES
    assert "training loss by" in found.drawn[0].svg
    assert "training accuracy by" in found.drawn[1].svg
    assert found.left == 8 - MOST_BUNDLES


def test_counterexamples_and_settings_come_first_and_are_never_left() -> None:
    curve = line([0, 1], kind="function", marks=[[0, 0]], name="ReLU")
    drawn_at_random = line([], x=[1.0] * 16 + [2.0] * 16, kind="setting", name="depth")
    setting = replace(drawn_at_random, x_label="depth", levels=[], quantiles=[])
    search = reading("s", "fails", searched("fails", counterexample="x", series=[curve]))
    found = drawn(left("a", line([3, 1]), setting), search)
    captions = [figure.caption for figure in found.drawn]
    assert captions[:2] == [
        "The counterexample: ReLU is 0 at 0.",
        "True in 32 of 32 settings drawn at random.",
    ]
    assert "median" in captions[2] or "steps" in captions[2]
    assert len(captions) == 3


def test_ids_are_unique_within_a_claim() -> None:
    (two, *_) = one_of_everything()
    found = figures(two, "f1").drawn
    ids = [figure.id for figure in found]
    assert len(found) >= 2
    assert len(ids) == len(set(ids))
    assert all(id.startswith("f1") for id in ids)


def test_a_caption_names_a_few_readings_and_counts_the_others() -> None:
    same = line([3, 1], arm="with x")
    (figure,) = drawn(*[left(f"r{at}", same) for at in range(5)]).drawn
    assert figure.sources == "“r0”, “r1”, “r2” and 2 more"
    (few,) = drawn(*[left(f"r{at}", same) for at in range(3)]).drawn
    assert few.sources == "“r0”, “r1”, “r2”"


def test_every_kind_of_series_is_drawn() -> None:
    kinds = [series(), series("layers", 20, "signal by depth"), series("histogram")]
    trajectory = line([1, -1], kind="trajectory")
    asked = "training loss signal depth"
    pictures = {
        drawn(left("a", kind, quantity=asked)).drawn[0].svg for kind in [*kinds, trajectory]
    }
    assert len(pictures) == 4
