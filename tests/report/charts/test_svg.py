"""SVG elements: escaped, described, and short."""

from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.report.charts.svg import add, box, dots, image, markup, polygon, strokes
from tests.report.charts.drawing import corners, parsed, spots

places = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 128)), min_size=1, max_size=30)


def test_an_image_without_a_description_is_described_by_its_figures_caption() -> None:
    root = parsed(markup(image("plot", "loss by steps", caption_id="f1", height=40)))
    assert root.attributes == {
        "class": "plot",
        "height": "40",
        "role": "img",
        "aria-describedby": "f1",
    }
    assert root.all("title")[0].text == "loss by steps"


@pytest.mark.parametrize("text", ["</title><script>", "a & b", "]]>", "<!--", "\"'`"])
def test_text_stays_text(text: str) -> None:
    root = image("strip", text, description=text)
    add(root, "text", text)
    page = parsed(markup(root))
    assert [element.text for element in page.all()] == [text] * 3
    assert {element.tag for element in page.all()} == {"title", "desc", "text"}


def test_what_cannot_be_seen_is_made_visible() -> None:
    assert parsed(markup(image("strip", "nul\0, override\u202e"))).text == "nul␀, override�"


def test_attributes_are_escaped_and_numbers_short() -> None:
    root = Element("svg")
    add(root, "rect", class_='a"b', aria_label="<", x=12.0, y=0.25)
    assert markup(root) == '<svg><rect class="a&quot;b" aria-label="&lt;" x="12" y="0.2"/></svg>'


def test_a_box_is_stretched_to_its_place() -> None:
    root = Element("svg")
    box(root, 30, height=60)
    assert markup(root) == (
        '<svg><svg preserveAspectRatio="none" height="60" viewBox="0 0 1000 30"/></svg>'
    )


@given(places)
def test_a_polygon_passes_through_its_points(points: list[tuple[int, int]]) -> None:
    assert corners(polygon(points)) == points
    assert polygon(points, closed=True) == polygon(points) + "z"


@given(places)
def test_dots_are_where_their_points_are(points: list[tuple[int, int]]) -> None:
    assert spots(dots(points)) == points


def test_strokes_go_down_from_the_top() -> None:
    assert strokes([3, 10, 12], top=21, length=8) == "M3 21v8m7-8v8m2-8v8"
    assert strokes([], 0, 8) == polygon([]) == dots([]) == ""
