"""What the README says is so: its tables, commands and examples are held against the code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
import itertools
import json
from pathlib import Path
import re
from typing import Any

import pytest
import yaml

from custom_components.descent import const
from custom_components.descent.snapshot import CONTACTS
from custom_components.descent.training.events import CueKind, State
from custom_components.descent.training.model import DeclineCheck, Level, Phase, Plan, Runner
from custom_components.descent.training.planner import plan
from custom_components.descent.training.script import builtin
from custom_components.descent.treadmills import KINDS
from custom_components.descent.treadmills.physics import Preset

ROOT = Path(__file__).parent.parent
DESCENT = ROOT / "custom_components" / "descent"
README = (ROOT / "README.md").read_text(encoding="utf-8")
# What the form about a treadmill begins with, if the machine said nothing.
NEW_TREADMILL, NEW_MACHINE = (
    {
        question.key: question.default
        for question in KINDS[kind].questions
        if question.default is not None
    }
    for kind in ("virtual_treadmill", "ftms_network")
)
TEXTS: dict[str, Any] = json.loads((DESCENT / "translations" / "en.json").read_text())
ACTIONS: dict[str, Any] = yaml.safe_load((DESCENT / "services.yaml").read_text())
AUTOMATION: dict[str, dict[str, Any]] = {
    heading: yaml.safe_load((DESCENT / name).read_text())
    for heading, name in (("## Triggers", "triggers.yaml"), ("## Conditions", "conditions.yaml"))
}
EXAMPLES = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
DOCUMENTS = ("README.md", "CHANGELOG.md")

IN_WORDS = {"True": "yes", "False": "no", "0.0": "0", "1.0": "1"}

type Row = tuple[str, ...]


def section(heading: str) -> str:
    """Return the text below a heading, up to the next of the same rank or higher."""
    rank = len(heading) - len(heading.lstrip("#"))
    _, _, rest = README.partition(f"\n{heading}\n")
    return re.split(rf"^#{{1,{rank}}} ", rest, flags=re.MULTILINE)[0]


def rows(heading: str) -> list[Row]:
    """Return the cells of the tables in a section, without their heads."""
    lines = [line for line in section(heading).splitlines() if line.startswith("|")]
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    rules = {index for index, row in enumerate(cells) if set("".join(row)) == {"-"}}
    return [row for i, row in enumerate(cells) if i not in rules and i + 1 not in rules]


def planned(session: str, steepest: float) -> Plan:
    """Work a session out for the runner of the table."""
    script = builtin()[session]
    level = script.level or Level.INTERMEDIATE
    runner = Runner(name="", level=level, hill_experience=True, five_k_s=1500)
    return plan(script, runner, Preset.TYPICAL.machine(min_incline_pct=steepest))


def session_row(session: str) -> Row:
    """Write the row of a session as it has to be."""
    script, full = builtin()[session], planned(session, -12)
    descents = [step for step in full.steps if step.phase is Phase.DESCENT]
    of_descents: Row = ("-",) * 6
    if descents:
        rest = [f"{planned(session, at).fidelity_descent:.0%}" for at in (-6, -3)]
        of_descents = (
            str(full.reps),
            f"{full.descent_m:.1f} m",
            f"{max(step.speed_kmh for step in descents):.1f} km/h",
            f"{min(step.incline_pct for step in descents):.0f} %",
            *(share.replace("%", " %") for share in rest),
        )
    minutes = f"{full.duration_s / 60:.0f}"
    return (f"`{session}`", script.name, script.level or "any", minutes, *of_descents)


def entities() -> set[tuple[str, str]]:
    """Return name and platform of every entity that has a text."""
    return {
        (text["name"], platform.replace("_", " "))
        for platform, texts in TEXTS["entity"].items()
        for text in texts.values()
    }


def test_every_session_has_its_row_and_the_numbers_are_right() -> None:
    table = {row[0].strip("`"): row for row in rows("## Sessions")}
    assert table == {session: session_row(session) for session in builtin()}


def test_every_entity_is_described_and_no_other() -> None:
    described = {(name, row[1]) for row in rows("## Entities") for name in row[0].split(", ")}
    assert described == entities()


@pytest.mark.parametrize(
    ("entity", "values"),
    [
        ("Phase", set(Phase)),
        ("Session state", set(State)),
        ("Cue", set(CueKind)),
        ("Connection", set(CONTACTS)),
        ("Decline check", set(DeclineCheck)),
    ],
)
def test_the_values_of_an_entity_are_listed(entity: str, values: set[str]) -> None:
    (row,) = [row for row in rows("## Entities") if row[0] == entity]
    assert values <= set(re.findall(r"`(\w+)`", row[2]))


def test_every_action_is_described_with_its_fields() -> None:
    described = {row[0]: re.findall(r"`(\w+)`", row[1]) for row in rows("## Actions")}
    assert described == {
        f"`descent.{name}`": list((action or {}).get("fields", {}))
        for name, action in ACTIONS.items()
    }


@pytest.mark.parametrize("heading", AUTOMATION)
def test_every_trigger_and_condition_is_described_with_its_options(heading: str) -> None:
    described = {row[0]: re.findall(r"`(\w+)`", row[1]) for row in rows(heading)}
    assert described == {
        f"`descent.{name}`": list((one or {}).get("fields", {}))
        for name, one in AUTOMATION[heading].items()
        if not name.startswith(".")
    }


@pytest.mark.parametrize(
    ("heading", "name", "field"),
    [
        ("## Triggers", "session_paused", "reason"),
        ("## Triggers", "session_finished", "reason"),
        ("## Triggers", "step_started", "phase"),
        ("## Triggers", "fault", "reason"),
        ("## Conditions", "is_session_active", "state"),
    ],
)
def test_the_choices_of_a_trigger_or_condition_are_listed(
    heading: str, name: str, field: str
) -> None:
    (row,) = [row for row in rows(heading) if row[0] == f"`descent.{name}`"]
    select = AUTOMATION[heading][name]["fields"][field]["selector"]["select"]
    assert re.findall(r"`(\w+)`", row[2]) == select["options"]


@pytest.mark.parametrize(
    ("heading", "steps"),
    [
        (
            "### What it asks when you add a treadmill",
            [
                TEXTS["config"]["step"]["machine"],
                TEXTS["config"]["step"]["machine"]["sections"]["more"],
                TEXTS["config"]["step"]["control"],
            ],
        ),
        (
            "### What it asks when you add a virtual treadmill",
            [
                TEXTS["config"]["step"]["virtual_treadmill"],
                TEXTS["config"]["step"]["virtual_treadmill"]["sections"]["more"],
                TEXTS["config"]["step"]["control"],
            ],
        ),
        ("## Announcements", [TEXTS["options"]["step"]["announcements"]]),
        (
            "### What it asks when you add a runner",
            [
                TEXTS["config"]["step"]["runner"],
                TEXTS["config"]["step"]["runner"]["sections"]["more"],
            ],
        ),
    ],
)
def test_every_field_of_the_forms_is_described(heading: str, steps: list[Any]) -> None:
    labels = itertools.chain.from_iterable(step["data"].values() for step in steps)
    assert [row[0] for row in rows(heading)] == list(labels)


@pytest.mark.parametrize("key", ["min_incline", "max_incline", "max_speed"])
def test_what_a_new_treadmill_begins_with_is_said(key: str) -> None:
    label = TEXTS["config"]["step"]["virtual_treadmill"]["data"][key]
    said = {row[0]: row[2] for row in rows("### What it asks when you add a virtual treadmill")}
    assert float(said[label].split()[0]) == NEW_TREADMILL[key]


@pytest.mark.parametrize("key", NEW_MACHINE)
def test_what_is_assumed_of_a_real_treadmill_is_said(key: str) -> None:
    step = TEXTS["config"]["step"]["machine"]["sections"]["more"]
    said = {row[0]: row[2] for row in rows("### What it asks when you add a treadmill")}
    begins = said[step["data"][key]].removeprefix("what it says, else ").split()[0]
    assert begins == IN_WORDS.get(repr(NEW_MACHINE[key]), str(NEW_MACHINE[key]))


def test_all_rules_are_there_in_order() -> None:
    assert [row[0] for row in rows("## Safety")] == [f"R{number}" for number in range(1, 19)]


def test_the_diagnostics_hold_as_many_minutes_as_it_says() -> None:
    assert README.count(f"last {const.JOURNAL_S / 60:.0f} minutes") == 2


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\]\((docs/[^)#]+)", README))))
def test_links_lead_to_files(name: str) -> None:
    assert (ROOT / name).is_file()


def commands() -> Iterator[tuple[str, str]]:
    """Yield each command of the development table with each option named beside it."""
    for row in rows("## Development"):
        for option in re.findall(r"`(--[a-z-]+)`", row[1]):
            yield row[0].strip("`").split()[0], option


@pytest.mark.parametrize("name", sorted(set(re.findall(r"scripts/[a-z]+", README))))
def test_commands_exist(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111


@pytest.mark.parametrize(("command", "option"), list(commands()))
def test_options_exist(command: str, option: str) -> None:
    name = command.removeprefix("scripts/")
    sources = [ROOT / command, ROOT / name / "__main__.py"]
    assert any(f'"{option}"' in path.read_text() for path in sources if path.is_file())


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_yaml_and_name_entities_there_are(example: str) -> None:
    assert isinstance(yaml.safe_load(example), dict)
    known = {
        f"{platform.replace(' ', '_')}.treadmill_{name.lower().replace(' ', '_')}"
        for name, platform in entities()
    }
    named = set(re.findall(r"(?:sensor|event|select|button)\.treadmill_\w+", example))
    assert named <= known


@pytest.mark.parametrize("example", EXAMPLES)
def test_triggers_and_conditions_in_examples_are_there(example: str) -> None:
    data = yaml.safe_load(example)
    named = [one["trigger"] for one in data.get("triggers", [])]
    named += [one["condition"] for one in data.get("conditions", [])]
    known = {f"descent.{name}" for one in AUTOMATION.values() for name in one}
    assert {name for name in named if name.startswith("descent.")} <= known


@pytest.mark.parametrize("example", [e for e in EXAMPLES if "descent.start_session" in e])
def test_overrides_in_examples_are_allowed(example: str) -> None:
    data = yaml.safe_load(example)["sequence"][0]["data"]
    runner = Runner(name="", level=Level.INTERMEDIATE, hill_experience=True)
    machine = replace(Preset.TYPICAL.machine())
    assert plan(builtin()[data["session"]], runner, machine, data["overrides"]).reps == 4


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_are_plainly_written(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.findall(
        r"[\u2013\u2014]|\bseamless|\bpowerful|\bcutting.edge", text, re.IGNORECASE
    )
    assert max(len(line) for line in text.splitlines() if not line.startswith("|")) <= 120


def test_the_changelog_begins_with_the_version_of_the_manifest() -> None:
    manifest = json.loads((DESCENT / "manifest.json").read_text())
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(\d[^]]*)\]", changelog, re.MULTILINE)
    assert versions[0] == manifest["version"]
