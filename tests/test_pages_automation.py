"""Every trigger and condition has its place in the documentation, and the examples work."""

from __future__ import annotations

from functools import cache
from itertools import chain
import json
from pathlib import Path
import re
from typing import Any

import homeassistant.components
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
import yaml

from custom_components.descent.training.model import Level, Runner
from custom_components.descent.training.planner import plan
from custom_components.descent.training.script import builtin
from custom_components.descent.treadmills.physics import Preset
from tests.mock_entries import set_up, treadmill_entry
from tests.pages import PAGES, ROOT, examples, headings, quoted, read, rows, section

DESCENT = ROOT / "custom_components" / "descent"
CORE = Path(homeassistant.components.__path__[0])
TEXTS: dict[str, Any] = json.loads((DESCENT / "translations" / "en.json").read_text())
KINDS = ("triggers", "conditions")
OVERVIEW = {"triggers": "## What a trigger tells", "conditions": "## What a condition asks"}
BEHAVIORS = {"any": "Any", "all": "All"}  # what the editor calls them
# What each page says before the sections of its triggers or conditions.
FIRST = 2


def offered(kind: str) -> dict[str, dict[str, Any]]:
    """Return the triggers or conditions of the editor, and the fields of each."""
    described: dict[str, Any] = yaml.safe_load((DESCENT / f"{kind}.yaml").read_text())
    return {
        name: (one or {}).get("fields", {})
        for name, one in described.items()
        if not name.startswith(".")
    }


OFFERED = [(kind, name) for kind in KINDS for name in offered(kind)]


def page_of(kind: str) -> str:
    """Return the page of a kind."""
    return f"docs/{kind}.md"


def part(kind: str, name: str) -> str:
    """Return the section of a trigger or condition."""
    return section(page_of(kind), f"## {TEXTS[kind][name]['name']}")


def example(kind: str, name: str) -> dict[str, Any]:
    """Return the one example of a trigger or condition, as Home Assistant reads it."""
    (text,) = examples(part(kind, name))
    automation: dict[str, Any] = yaml.safe_load(text)
    return automation


def clicks(kind: str, name: str) -> list[str]:
    """Return what is in italics in the numbered steps: what one presses in the editor."""
    before, _, _ = part(kind, name).partition("```")
    steps = " ".join(before[before.index("\n1. ") :].split())
    return re.findall(r"(?<!\*)\*([^*]+)\*", steps)


def ours(tree: Any, named: str) -> list[dict[str, Any]]:
    """Return the parts of an automation that are a trigger or condition of Descent."""
    if isinstance(tree, list):
        return list(chain.from_iterable(ours(one, named) for one in tree))
    if isinstance(tree, dict):
        here = [tree] if named in (tree.get("trigger"), tree.get("condition")) else []
        return here + ours(list(tree.values()), named)
    return []


@cache
def action_name(action: str) -> str:
    """Return what the editor calls an action of Home Assistant."""
    domain, _, key = action.partition(".")
    texts = json.loads((CORE / domain / "translations" / "en.json").read_text(encoding="utf-8"))
    return str(texts["services"][key]["name"])


# ---- the pages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_each_has_a_section_by_its_name_in_the_editor(kind: str) -> None:
    parts = [one for one in headings(page_of(kind)).values() if one.startswith("## ")]
    assert parts[FIRST:] == [f"## {TEXTS[kind][name]['name']}" for name in offered(kind)]


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_described_with_its_options(kind: str) -> None:
    described = {row[0]: quoted(row[1]) for row in rows(page_of(kind), OVERVIEW[kind])}
    assert described == {f"`descent.{name}`": list(one) for name, one in offered(kind).items()}


@pytest.mark.parametrize(
    ("kind", "name", "field"),
    [
        ("triggers", "session_paused", "reason"),
        ("triggers", "session_finished", "reason"),
        ("triggers", "step_started", "phase"),
        ("triggers", "fault", "reason"),
        ("conditions", "is_session_active", "state"),
    ],
)
def test_the_choices_of_an_option_are_listed(kind: str, name: str, field: str) -> None:
    (row,) = [one for one in rows(page_of(kind), OVERVIEW[kind]) if one[0] == f"`descent.{name}`"]
    assert quoted(row[2]) == offered(kind)[name][field]["selector"]["select"]["options"]


# ---- the examples of triggers and conditions ---------------------------------------------------


@pytest.mark.parametrize(("kind", "name"), OFFERED)
def test_the_steps_in_the_editor_make_what_is_in_the_yaml(kind: str, name: str) -> None:
    automation = example(kind, name)
    (one,) = ours(automation, f"descent.{name}")
    pressed = [TEXTS[kind][name]["name"]]
    for field, chosen in one.get("options", {}).items():
        pressed.append(TEXTS[kind][name]["fields"][field]["name"])
        select = offered(kind)[name][field]["selector"].get("select", {})
        labels = TEXTS["selector"].get(select.get("translation_key"), {}).get("options", BEHAVIORS)
        pressed += [labels[value] for value in ([chosen] if isinstance(chosen, str) else chosen)]
    pressed += [action_name(done["action"]) for done in automation["actions"]]
    assert [click for click in clicks(kind, name) if click in pressed] == pressed


@pytest.mark.parametrize("name", offered("triggers"))
def test_examples_read_only_what_their_trigger_tells(name: str) -> None:
    page = ("docs/triggers.md", OVERVIEW["triggers"])
    (row,) = [one for one in rows(*page) if one[0] == f"`descent.{name}`"]
    told = {*quoted(section(*page).partition("|")[0]), *quoted(row[3])}
    (text,) = examples(part("triggers", name))
    assert set(re.findall(r"\btrigger\.(\w+)", text)) <= told


# ---- all examples ------------------------------------------------------------------------------

AUTOMATIONS = [
    text for page in PAGES for text in examples(read(page)) if yaml.safe_load(text).get("triggers")
]
SCRIPTS = [
    text for page in PAGES for text in examples(read(page)) if yaml.safe_load(text).get("sequence")
]


def entities() -> set[str]:
    """Return the entities of a treadmill that is called Treadmill, by their names."""
    return {
        f"{platform}.treadmill_{text['name'].lower().replace(' ', '_')}"
        for platform, texts in TEXTS["entity"].items()
        for text in texts.values()
    }


@pytest.mark.parametrize("text", AUTOMATIONS + SCRIPTS)
def test_examples_name_entities_there_are(text: str) -> None:
    named = re.findall(r"\b(?:sensor|binary_sensor|event|select|button)\.treadmill_\w+", text)
    assert set(named) <= entities()


async def test_home_assistant_takes_the_examples_as_automations(hass: HomeAssistant) -> None:
    await set_up(hass, treadmill_entry())
    automations = [yaml.safe_load(text) for text in AUTOMATIONS]
    assert await async_setup_component(hass, "automation", {"automation": automations})
    await hass.async_block_till_done()
    taken = {one.name: one.state for one in hass.states.async_all("automation")}
    assert taken == dict.fromkeys((one["alias"] for one in automations), "on")


async def test_home_assistant_takes_the_examples_as_scripts(hass: HomeAssistant) -> None:
    await set_up(hass, treadmill_entry())
    scripts = {f"script_{number}": yaml.safe_load(text) for number, text in enumerate(SCRIPTS)}
    assert await async_setup_component(hass, "script", {"script": scripts})
    await hass.async_block_till_done()
    taken = {one.entity_id: one.state for one in hass.states.async_all("script")}
    assert taken == {f"script.{name}": "off" for name in scripts}


@pytest.mark.parametrize("text", [one for one in SCRIPTS if "descent.start_session" in one])
def test_overrides_in_examples_are_allowed(text: str) -> None:
    data = yaml.safe_load(text)["sequence"][0]["data"]
    runner = Runner(name="", level=Level.INTERMEDIATE, hill_experience=True)
    made = plan(builtin()[data["session"]], runner, Preset.TYPICAL.machine(), data["overrides"])
    assert made.reps == data["overrides"]["reps"]
