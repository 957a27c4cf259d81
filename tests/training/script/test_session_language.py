"""The page about the session language says what the code does."""

from pathlib import Path
import re

import pytest

from custom_components.descent.training.model import Level, Phase
from custom_components.descent.training.pace import steepest_pct
from custom_components.descent.training.planner import plan
from custom_components.descent.training.script import ScriptError, parse
from custom_components.descent.training.script.model import Pace
from custom_components.descent.training.script.schema import GOALS
from custom_components.descent.training.script.values import pace
from tests.training.runners import MACHINES, REFERENCE

PAGE = (Path(__file__).parents[3] / "docs" / "sessions-language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
ERROR = re.search(r"```text\n(.*?)\n```", PAGE, re.DOTALL)
STEP_ROWS = re.findall(r"^\| `(\w+)` \| (`.*?) \| (.*?) ?\| .* \|$", PAGE, re.MULTILINE)
VALUES = {
    "for": "10 min",
    "pace": "2 km/h",
    "decline": "3 %",
    "incline": "2 %",
    "from": "walk",
    "to": "walk",
    "items": "[quads]",
    "walk_back": "uphill",
    "guided": "true",
    "at_least": "30 s",
}
AROUND = "  - turn_around: {at_least: 30 s}\n"


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) == 3
    assert {row[0] for row in STEP_ROWS} == {phase.value for phase in Phase}


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_is_a_session_that_can_be_planned(example: str) -> None:
    done = plan(parse(example, "example.yaml"), REFERENCE, MACHINES["B"])
    assert done.duration_s > 600


@pytest.mark.parametrize(("step", "needed", "also"), STEP_ROWS)
def test_every_step_takes_the_keys_the_page_gives_it_and_no_others(
    step: str, needed: str, also: str
) -> None:
    keys = re.findall(r"`(\w+)`", f"{needed} {also}")
    content = ", ".join(f"{key}: {VALUES[key]}" for key in keys)
    descent = "  - descent: {for: 1 min, decline: 3, pace: walk}\n"
    head = f"name: x\nlevel: any\nsteps:\n{descent}{AROUND}"
    assert parse(f"{head}  - {step}: {{{content}}}\n{AROUND}", "x.yaml").steps
    with pytest.raises(ScriptError) as caught:
        parse(f"{head}  - {step}: {{{content}, foo: 1}}\n{AROUND}", "x.yaml")
    assert sorted(caught.value.allowed.split(", ")) == sorted(keys)


def test_the_error_on_the_page_is_the_one_that_is_shown() -> None:
    text = "name: x\nlevel: any\nsteps:\n\n  - descent: {for: 1 min, decline: -6, pace: walk}\n"
    assert ERROR is not None
    with pytest.raises(ScriptError, match=re.escape(ERROR[1])):
        parse(text, "hill_day.yaml")


@pytest.mark.parametrize("goal", GOALS)
def test_every_goal_is_on_the_page(goal: str) -> None:
    assert f"`{goal}`" in PAGE


@pytest.mark.parametrize(
    "written",
    re.findall(r"^\| `([^`]*(?:%|km/h)|walk|easy|jog)` \| (?:your|\d|so|this)", PAGE, re.MULTILINE),
)
def test_every_pace_on_the_page_is_one(written: str) -> None:
    assert isinstance(pace(written), Pace)


def test_the_slopes_locked_for_levels_are_those_of_the_code() -> None:
    assert [steepest_pct(level) for level in Level] == [8, 8, 12, 15]
    assert (
        "novices and beginners to 8 %, intermediate\n  runners to 12 %, advanced ones to 15 %"
        in PAGE
    )
