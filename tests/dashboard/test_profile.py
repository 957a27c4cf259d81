"""The profile of a session as a picture."""

from __future__ import annotations

from dataclasses import replace
import re
from typing import Any
import xml.etree.ElementTree as ET

import pytest

from custom_components.descent.dashboard.profile import HEIGHT, WIDTH, picture
from custom_components.descent.training.model import Machine, Phase, Plan, Range
from custom_components.descent.training.planner import plan
from tests.training.plans import TYPICAL, flat, of, real, short, step
from tests.training.runners import library, reference

SVG = "{http://www.w3.org/2000/svg}"
LEVEL = replace(TYPICAL, incline=Range(minimum=0, maximum=0, step=0.5))
STEEP = replace(TYPICAL, incline=Range(minimum=-20, maximum=40, step=0.5))


def drawn(title: str, shown: Plan | None, progress: float | None = None) -> Any:
    return ET.fromstring(picture(title, shown, progress))  # noqa: S314  (made here)


def texts(svg: Any) -> list[str]:
    return [text.text for text in svg.iter(f"{SVG}text")]


def fills(svg: Any) -> list[str]:
    return [path.get("fill") for path in svg.iter(f"{SVG}path") if path.get("fill")]


@pytest.mark.parametrize("machine", [TYPICAL, LEVEL, STEEP], ids=["typical", "level", "steep"])
@pytest.mark.parametrize("session", sorted(library()))
def test_every_session_is_a_sound_picture_inside_its_frame(session: str, machine: Machine) -> None:
    script = library()[session]
    svg = drawn(script.name, plan(script, reference(script.level), machine), 0.5)
    paths = " ".join(path.get("d") for path in svg.iter(f"{SVG}path"))
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", paths)]
    assert re.fullmatch(r"[MLHVZ\d. ]+", paths)
    assert min(numbers) >= 0
    assert max(numbers) <= WIDTH
    assert texts(svg)[0] == script.name


def test_a_title_with_markup_is_text() -> None:
    hostile = '</text><script>alert("&")</script>'
    assert texts(drawn(hostile, None)) == [hostile]


def test_characters_that_no_picture_may_hold_are_left_out() -> None:
    assert texts(drawn("a\x00b\x1bc\ud800d\ufffee\nf", None)) == ["a b c d e f"]


def test_a_long_title_is_cut() -> None:
    (title,) = texts(drawn("x" * 100, None))
    assert title == "x" * 47 + "…"


def test_a_picture_without_a_plan_has_its_title_and_nothing_else() -> None:
    svg = drawn("Sprints", None)
    assert (svg.get("width"), svg.get("height")) == (str(WIDTH), str(HEIGHT))
    assert fills(svg) == []


def test_phases_have_colours_and_rest_is_hatched() -> None:
    found = fills(drawn("Short", short()))
    assert found[:3] == ["#c77700", "url(#rest)", "#c2185b"]
    assert found.count("url(#rest)") == 3


def test_how_far_the_deck_goes_is_told() -> None:
    assert texts(drawn("", real()))[1:] == ["\u22126 %", "0 %", "6 %"]
    assert texts(drawn("", flat()))[1:] == ["0 %"]


def where(progress: float | None) -> list[float]:
    """Return where the position is drawn."""
    markers = [
        path.get("d")
        for path in drawn("", flat(), progress).iter(f"{SVG}path")
        if path.get("stroke") == "#d50000"
    ]
    return [float(marker.split()[0].removeprefix("M")) for marker in markers]


def test_the_position_goes_from_one_end_to_the_other_and_never_beyond() -> None:
    assert [where(share) for share in (0, 0.5, 1, 7)] == [[60], [420], [780], [780]]


def test_without_a_position_none_is_drawn() -> None:
    assert where(None) == []


def test_a_level_step_is_a_ribbon_and_a_descent_hangs_below_the_level() -> None:
    both = of(step(Phase.STEADY, 8, 0, 60), step(Phase.DESCENT, 8, -6, 60))
    areas = [path.get("d") for path in drawn("", both).iter(f"{SVG}path") if path.get("fill")]
    heights = [[float(y) for y in re.findall(r"(?<=[ V])[\d.]+", area)] for area in areas]
    (level_top, level_bottom), (descent_top, descent_bottom) = heights[0], heights[1]
    assert level_bottom - level_top == 5
    assert descent_top == level_bottom
    assert descent_bottom > 290
