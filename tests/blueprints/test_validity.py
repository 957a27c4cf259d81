"""Every blueprint is one that Home Assistant takes, and says what all of them have to say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.components.blueprint.schemas import BLUEPRINT_SCHEMA
from homeassistant.util.yaml import extract_inputs, load_yaml_dict
import pytest

from custom_components.descent.blueprints import PUBLISHED
from custom_components.descent.training.events import CueKind
from custom_components.descent.training.script import builtin
from tests.blueprints import stand_ins

FILES = stand_ins.files()
PAGE = (stand_ins.ROOT / "docs" / "automations.md").read_text(encoding="utf-8")
OVERVIEW = (stand_ins.FOLDER / "README.md").read_text(encoding="utf-8")
# What a blueprint cannot guess: the treadmill, what acts on it, and what it is to react to.
ACTORS = {"treadmill", "fans", "lights", "player", "danger", "signal"}
SCHEMAS: dict[str, Any] = {"automation": AUTOMATION_BLUEPRINT_SCHEMA, "script": BLUEPRINT_SCHEMA}
ALWAYS_ANNOUNCED = {CueKind.FAULT, CueKind.STOP, CueKind.SUSPENDED}


def domain(path: Path) -> str:
    return path.parent.parent.name


def read(path: Path) -> Blueprint:
    schema = SCHEMAS[domain(path)]
    return Blueprint(load_yaml_dict(path), expected_domain=domain(path), schema=schema)


def address(path: Path) -> str:
    return f"https://github.com/descent-ha/descent/blob/main/{path.relative_to(stand_ins.ROOT)}"


def selectors(tree: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every selector of inputs and fields with its type."""
    if isinstance(tree, dict):
        yield from (tree.get("selector") or {}).items()
        for value in tree.values():
            yield from selectors(value)


@pytest.fixture(name="path", params=FILES, ids=lambda path: f"{domain(path)}-{path.stem}")
def path_fixture(request: pytest.FixtureRequest) -> Path:
    """Return each blueprint."""
    path: Path = request.param
    return path


def test_the_blueprints_that_can_be_imported_are_those_there_are() -> None:
    there = {(domain(path), path.stem) for path in FILES}
    assert {(published.domain, published.name) for published in PUBLISHED} == there
    assert {published.url for published in PUBLISHED} == {address(path) for path in FILES}


def test_it_is_valid_and_runs_on_the_oldest_home_assistant_that_we_support(path: Path) -> None:
    blueprint = read(path)
    assert blueprint.validate() is None
    assert blueprint.metadata["homeassistant"]["min_version"] == "2026.10.0"


def test_it_says_where_it_comes_from(path: Path) -> None:
    assert read(path).metadata["source_url"] == address(path)


def test_every_input_is_used(path: Path) -> None:
    blueprint = read(path)
    assert extract_inputs(blueprint.data) == set(blueprint.inputs)


def test_every_input_is_in_a_section_with_a_name_and_an_icon(path: Path) -> None:
    sections = read(path).metadata["input"].values()
    assert all(section["input"] and section["name"] and section["icon"] for section in sections)


def test_every_input_has_a_name_and_a_selector(path: Path) -> None:
    assert all(given["name"] and given["selector"] for given in read(path).inputs.values())


def test_every_input_but_the_actors_has_a_default(path: Path) -> None:
    inputs = read(path).inputs
    assert {key for key, given in inputs.items() if "default" not in given} <= ACTORS


def test_only_what_has_to_be_chosen_is_unfolded(path: Path) -> None:
    sections = list(read(path).metadata["input"].values())
    assert not sections[0].get("collapsed", False)
    assert all(section["collapsed"] for section in sections[1:])


def test_devices_are_those_of_descent_only(path: Path) -> None:
    devices = [options for kind, options in selectors(read(path).data) if kind == "device"]
    assert devices
    assert all(options["filter"][0]["integration"] == "descent" for options in devices)


def test_entities_are_of_a_domain(path: Path) -> None:
    entities = [options for kind, options in selectors(read(path).data) if kind == "entity"]
    assert all(options["filter"][0]["domain"] for options in entities)


def test_its_mode_is_chosen_for_a_reason(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    (mode,) = [index for index, line in enumerate(lines) if line.startswith("mode: ")]
    assert lines[mode - 1].startswith("#")


def test_it_is_plainly_written(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "\u2013" not in text
    assert "\u2014" not in text
    assert max(map(len, text.splitlines())) <= 120


def test_its_page_has_a_link_that_imports_it(path: Path) -> None:
    link = "https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url="
    assert f"]({link}{quote(address(path), safe='')})" in PAGE
    assert f"`{path.stem}.yaml`" in OVERVIEW


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("automation/descent/start_by_tag_or_button", "session"),
        ("automation/descent/voice_sentence", "session"),
        ("script/descent/any_session", "usual_session"),
    ],
)
def test_all_sessions_are_offered(name: str, key: str) -> None:
    inputs = read(stand_ins.FOLDER / f"{name}.yaml").inputs
    assert inputs[key]["selector"]["select"]["options"] == sorted(builtin())
    assert inputs[key]["selector"]["select"]["custom_value"]


@pytest.mark.parametrize("key", ["spoken", "sent"])
def test_all_kinds_of_announcements_are_offered(key: str) -> None:
    given = read(stand_ins.FOLDER / "automation" / "descent" / "announcements.yaml").inputs[key]
    offered = {option["value"] for option in given["selector"]["select"]["options"]}
    assert offered == set(CueKind) - ALWAYS_ANNOUNCED
    assert set(given["default"]) <= offered


@pytest.mark.parametrize("field", ["reps", "distance", "decline", "effort", "recovery"])
def test_the_fields_of_the_sprints_have_the_limits_of_the_session(field: str) -> None:
    fields = load_yaml_dict(stand_ins.FOLDER / "script" / "descent" / "descending_sprints.yaml")
    parameters = {known.name: known for known in builtin()["descending_sprints"].parameters}
    limits = parameters[field]
    shown = fields["fields"][field]["selector"]["number"]
    assert (shown["min"], shown["max"]) == (limits.minimum, limits.maximum)
    assert fields["fields"][field]["example"] == limits.default
