"""The page about the session language says what the code does."""

from pathlib import Path
import re

import pytest

from custom_components.descent.training.model import Level, Phase
from custom_components.descent.training.pace import RACES_KM, Rule, steepest_pct
from custom_components.descent.training.planner import plan
from custom_components.descent.training.script import ScriptError, parse
from custom_components.descent.training.script.model import Pace
from custom_components.descent.training.script.schema import GOALS, REST
from custom_components.descent.training.script.values import DESCENT_LENGTH, SAME_DISTANCE, pace
from tests.training.runners import MACHINES, REFERENCE
from tests.training.script.told import all_told, told

PAGE = (Path(__file__).parents[3] / "docs" / "sessions-language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
ERROR = re.search(r"```text\n(.*?)\n```", PAGE, re.DOTALL)
STEP_ROWS = re.findall(r"^\| `(\w+)` \| (`.*?) \| (.*?) ?\| .* \|$", PAGE, re.MULTILINE)
LENGTHS = PAGE.partition("### How long")[2].partition("### How fast")[0]
VALUES = {
    "for": "10 min",
    "pace": "2 km/h",
    "decline": "3 %",
    "incline": "2 %",
    "from": "walk",
    "to": "walk",
    "items": "[quads]",
    "say": "Hips low",
    "walk_back": "uphill",
    "guided": "true",
    "at_least": "30 s",
}
AROUND = "  - turn_around: {at_least: 30 s}\n"


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) == 4
    assert {row[0] for row in STEP_ROWS} == {*(phase.value for phase in Phase), REST}


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
    head = f"name: x\nlevel: any\nno_warm_up: true\nsteps:\n{descent}{AROUND}"
    assert parse(f"{head}  - {step}: {{{content}}}\n{AROUND}", "x.yaml").steps
    problem = told(f"{head}  - {step}: {{{content}, qqq: 1}}\n{AROUND}")
    assert sorted(problem.allowed.split(", ")) == sorted(keys)


def test_the_error_on_the_page_is_the_one_that_is_shown() -> None:
    head = "name: x\nlevel: any\nno_warm_up: true\nsteps:\n"
    text = f"{head}  - descent: {{for: 1 min, decline: 30 %, pace: walk}}\n"
    assert ERROR is not None
    with pytest.raises(ScriptError, match=re.escape(ERROR[1])):
        parse(text, "hill_day.yaml")


@pytest.mark.parametrize("goal", GOALS)
def test_every_goal_is_on_the_page(goal: str) -> None:
    assert f"`{goal}`" in PAGE


@pytest.mark.parametrize(
    "written",
    re.findall(
        r"^\| `([^`]*(?:%|km/h|mph|min/\w+)|walk|easy|jog)` \| (?:your|\d|so|this)",
        PAGE,
        re.MULTILINE,
    ),
)
def test_every_pace_on_the_page_is_one(written: str) -> None:
    assert isinstance(pace(written), Pace)


@pytest.mark.parametrize("race", RACES_KM)
def test_every_race_on_the_page_is_a_pace(race: Rule) -> None:
    assert f"`{race}`" in PAGE
    assert isinstance(pace(race.value), Pace)


@pytest.mark.parametrize(
    "written",
    re.findall(r"`([^`]+)`", "".join(re.findall(r"^\| (`\d.*?) \| ", LENGTHS, re.MULTILINE))),
)
def test_every_length_on_the_page_is_one(written: str) -> None:
    assert DESCENT_LENGTH(written)


def test_the_word_for_the_way_back_is_on_the_page() -> None:
    assert f"`{SAME_DISTANCE}`" in LENGTHS


@pytest.mark.parametrize(
    ("written", "hint"), re.findall(r"^\| `(\w+: [^`]+)` \| (.+) \|$", PAGE, re.MULTILINE)
)
def test_every_hint_on_the_page_is_given(written: str, hint: str) -> None:
    text = f"name: x\nlevel: any\nno_warm_up: true\nsteps:\n  - steady:\n      {written}\n"
    assert hint in {problem.hint for problem in all_told(text)}


def test_the_slopes_locked_for_levels_are_those_of_the_code() -> None:
    assert [steepest_pct(level) for level in Level] == [8, 8, 12, 15]
    assert (
        "novices and beginners to 8 %, intermediate\n  runners to 12 %, advanced ones to 15 %"
        in PAGE
    )
