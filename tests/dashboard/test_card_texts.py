"""The card's texts: what its code asks for is there, and what is there is asked for."""

from __future__ import annotations

import json
from pathlib import Path
import re

from custom_components.descent.training.events import Reason
from custom_components.descent.training.script import builtin
from custom_components.descent.training.script.schema import GOALS

DESCENT = Path(__file__).parents[2] / "custom_components" / "descent"
EN = json.loads((DESCENT / "translations" / "en.json").read_text("utf-8"))
TEXTS = EN["selector"]["card"]["options"]
CODE = "".join(path.read_text("utf-8") for path in sorted((DESCENT / "www").glob("*.js")))

# What the code puts together, like `do_${reason}`.
FAMILIES = re.findall(r"\bt(?:exts\(hass\))?\)?\(`([a-z]+_)\$", CODE) + re.findall(
    r"`([a-z]+_)\$\{", CODE
)
NAMED = re.findall(r'"([a-z0-9_]+)"', CODE)


def family(prefix: str) -> set[str]:
    """Return the names of all texts that begin so."""
    return {key.removeprefix(prefix) for key in TEXTS if key.startswith(prefix)}


def test_every_text_is_asked_for() -> None:
    forgotten = [
        key for key in TEXTS if key not in NAMED and not key.startswith(tuple(set(FAMILIES)))
    ]
    assert forgotten == []


def test_every_text_that_is_asked_for_by_its_name_is_there() -> None:
    asked = re.findall(r'\bt\("([a-z0-9_]+)"', CODE)
    assert len(asked) > 30
    assert [key for key in asked if key not in TEXTS] == []


def test_every_reason_to_pause_or_suspend_has_one_thing_to_do() -> None:
    over = {Reason.COMPLETED, Reason.STOPPED, Reason.ENDED_EARLY, Reason.EXPIRED}
    assert family("do_") >= {reason.value for reason in Reason if reason not in over}


def test_every_goal_of_a_session_has_a_name() -> None:
    assert family("goal_") == set(GOALS)


def test_every_parameter_and_option_of_the_library_has_a_name() -> None:
    parameters = [one for script in builtin().values() for one in script.parameters]
    assert {one.name for one in parameters} <= family("parameter_")
    assert {option for one in parameters for option in one.options} <= family("option_")
