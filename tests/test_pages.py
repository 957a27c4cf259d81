"""What the documentation says is so: its tables, commands and links are held against the code."""

from __future__ import annotations

from collections.abc import Iterator
import itertools
import json
import re
from typing import Any

import pytest
import yaml

from custom_components.descent import const
from custom_components.descent.permissions import Control
from custom_components.descent.snapshot import CONTACTS
from custom_components.descent.training.events import CueKind, State
from custom_components.descent.training.model import DeclineCheck, Level, Phase, Plan, Runner
from custom_components.descent.training.planner import plan
from custom_components.descent.training.script import builtin
from custom_components.descent.treadmills import KINDS
from custom_components.descent.treadmills.physics import Preset
from tests.pages import PAGES, ROOT, Row, anchors, quoted, read, rows

DESCENT = ROOT / "custom_components" / "descent"
TEXTS: dict[str, Any] = json.loads((DESCENT / "translations" / "en.json").read_text())
ACTIONS: dict[str, Any] = yaml.safe_load((DESCENT / "services.yaml").read_text())
# What the form about a treadmill begins with, if the machine said nothing.
NEW_TREADMILL, NEW_MACHINE = (
    {
        question.key: question.default
        for question in KINDS[kind].questions
        if question.default is not None
    }
    for kind in ("virtual_treadmill", "ftms_network")
)
MANIFEST: dict[str, Any] = json.loads((DESCENT / "manifest.json").read_text())
INSTALLATION = "docs/installation.md"
REAL = (INSTALLATION, "## What it asks when you add a treadmill")
VIRTUAL = (INSTALLATION, "## What it asks when you add a virtual treadmill")
RUNNER = (INSTALLATION, "## What it asks when you add a runner")
ANNOUNCEMENTS = ("docs/announcements.md", "# Announcements")
ENTITIES = ("docs/entities.md", "# Entities")
SCRIPTS = re.compile(r"\bscripts/[a-z-]+\b(?![_.]\w)")

IN_WORDS = {"True": "yes", "False": "no", "0.0": "0", "1.0": "1", "'kmh'": "kilometres"}


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
    table = {row[0].strip("`"): row for row in rows("docs/sessions.md", "## The built-in sessions")}
    assert table == {session: session_row(session) for session in builtin()}


def test_every_entity_is_described_and_no_other() -> None:
    described = {(name, row[1]) for row in rows(*ENTITIES) for name in row[0].split(", ")}
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
    (row,) = [row for row in rows(*ENTITIES) if row[0] == entity]
    assert values <= set(quoted(row[2]))


def test_every_control_that_a_permission_is_about_is_named() -> None:
    page = read("docs/permissions.md")
    keys = [control.value for control in Control]
    names = {TEXTS["entity"][platform][key]["name"].casefold() for platform, key in keys}
    assert {name for name in names if name not in page.casefold()} == set()


def test_every_action_is_described_with_its_fields() -> None:
    described = {row[0]: quoted(row[1]) for row in rows("docs/actions.md", "# Actions")}
    assert described == {
        f"`descent.{name}`": list((action or {}).get("fields", {}))
        for name, action in ACTIONS.items()
    }


@pytest.mark.parametrize(
    ("place", "steps"),
    [
        (
            REAL,
            [
                TEXTS["config"]["step"]["machine"],
                TEXTS["config"]["step"]["machine"]["sections"]["more"],
                TEXTS["config"]["step"]["control"],
            ],
        ),
        (
            VIRTUAL,
            [
                TEXTS["config"]["step"]["virtual_treadmill"],
                TEXTS["config"]["step"]["virtual_treadmill"]["sections"]["more"],
                TEXTS["config"]["step"]["control"],
            ],
        ),
        (ANNOUNCEMENTS, [TEXTS["options"]["step"]["announcements"]]),
        (
            RUNNER,
            [
                TEXTS["config"]["step"]["runner"],
                TEXTS["config"]["step"]["runner"]["sections"]["more"],
            ],
        ),
    ],
)
def test_every_field_of_the_forms_is_described(place: tuple[str, str], steps: list[Any]) -> None:
    labels = itertools.chain.from_iterable(step["data"].values() for step in steps)
    assert [row[0] for row in rows(*place)] == list(labels)


@pytest.mark.parametrize("key", ["min_incline", "max_incline", "max_speed"])
def test_what_a_new_treadmill_begins_with_is_said(key: str) -> None:
    label = TEXTS["config"]["step"]["virtual_treadmill"]["data"][key]
    said = {row[0]: row[2] for row in rows(*VIRTUAL)}
    assert float(said[label].split()[0]) == NEW_TREADMILL[key]


@pytest.mark.parametrize("key", NEW_MACHINE)
def test_what_is_assumed_of_a_real_treadmill_is_said(key: str) -> None:
    step = TEXTS["config"]["step"]["machine"]
    labels = step["data"] | step["sections"]["more"]["data"]
    said = {row[0]: row[2] for row in rows(*REAL)}
    begins = said[labels[key]].removeprefix("what it says, else ").split()[0]
    assert begins == IN_WORDS.get(repr(NEW_MACHINE[key]), str(NEW_MACHINE[key]))


def test_all_rules_are_there_in_order() -> None:
    numbers = [row[0] for row in rows("docs/safety.md", "# Safety")]
    assert numbers == [f"R{number}" for number in range(1, 19)]


@pytest.mark.parametrize("page", ["docs/safety.md", "docs/troubleshooting.md", "CHANGELOG.md"])
def test_the_diagnostics_hold_as_many_minutes_as_it_says(page: str) -> None:
    assert read(page).count(f"last {const.JOURNAL_S / 60:.0f} minutes") == 1


# ---- links -------------------------------------------------------------------------------------


def links() -> Iterator[tuple[str, str]]:
    """Yield every link of a page to another file or another place of its own."""
    for page in PAGES:
        for link in sorted(set(re.findall(r"\]\(([^) ]+)\)", read(page)))):
            if "://" not in link:
                yield page, link


@pytest.mark.parametrize(("page", "link"), list(links()))
def test_links_lead_somewhere(page: str, link: str) -> None:
    name, _, anchor = link.partition("#")
    target = (ROOT / page).parent.joinpath(name).resolve() if name else ROOT / page
    assert target.is_file()
    assert not anchor or anchor in anchors(str(target.relative_to(ROOT)))


@pytest.mark.parametrize("page", PAGES)
def test_links_to_our_own_pages_on_the_web_are_ours(page: str) -> None:
    named = re.findall(r"https://github\.com/[\w.-]+/[\w.-]+", read(page))
    assert set(named) <= {MANIFEST["documentation"]}


@pytest.mark.parametrize("page", [*PAGES, ".github/ISSUE_TEMPLATE/config.yml"])
def test_what_is_linked_to_in_the_repository_on_the_web_is_there(page: str) -> None:
    text = read(page)
    named = re.findall(r"/(?:blob|tree)/main/([^)\s#]+)", text)
    named += [
        f".github/ISSUE_TEMPLATE/{name}" for name in re.findall(r"\?template=([^)\s]+)", text)
    ]
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_index_leads_to_every_page() -> None:
    pages = {one for one in PAGES if one.startswith("docs/")} - {"docs/README.md"}
    named = re.findall(r"\]\(([\w-]+\.md)\)", read("docs/README.md"))
    assert sorted(f"docs/{name}" for name in named) == sorted(pages)


@pytest.mark.parametrize("page", ["README.md", INSTALLATION])
@pytest.mark.parametrize(
    ("name", "redirect", "query"),
    [
        ("hacs", "hacs_repository", "owner={}&repository={}&category=integration"),
        ("add", "config_flow_start", "domain={domain}"),
    ],
)
def test_the_buttons_install_and_add_descent(
    page: str, name: str, redirect: str, query: str
) -> None:
    asked = query.format(*MANIFEST["documentation"].split("/")[-2:], domain=MANIFEST["domain"])
    my = "https://my.home-assistant.io"
    assert f"][{name}-badge]][{name}]" in read(page)
    assert f"\n[{name}]: {my}/redirect/{redirect}/?{asked}\n" in read(page)
    assert f"\n[{name}-badge]: {my}/badges/{redirect}.svg\n" in read(page)


# ---- commands ----------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, str]]:
    """Yield each command of the development table with each option named beside it."""
    for row in rows("CONTRIBUTING.md", "## Commands"):
        for option in re.findall(r"`(--[a-z-]+)`", row[1]):
            yield row[0].strip("`").split()[0], option


@pytest.mark.parametrize(
    "name", sorted({name for page in PAGES for name in SCRIPTS.findall(read(page))})
)
def test_commands_exist(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111


def test_every_command_is_described() -> None:
    files = [path for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix]
    there = {f"scripts/{path.name}" for path in files if not path.name.startswith("find-")}
    described = {row[0].strip("`").split()[0] for row in rows("CONTRIBUTING.md", "## Commands")}
    assert described == there


@pytest.mark.parametrize(("command", "option"), list(commands()))
def test_options_exist(command: str, option: str) -> None:
    name = command.removeprefix("scripts/")
    sources = [ROOT / command, ROOT / f"{command}.py", ROOT / name / "__main__.py"]
    assert any(f'"{option}"' in path.read_text() for path in sources if path.is_file())


# ---- the pages for developers ------------------------------------------------------------------

# A path, as it is written in these pages: it ends as a folder or a file does.
PATH = re.compile(r"(?<![\w/.<>-])[\w.-]+(?:/[\w.-]+)*(?:/|\.(?:py|yaml|json|js|md))(?![\w<])")
FOR_DEVELOPERS = ["CONTRIBUTING.md", "docs/adding-a-treadmill.md", "docs/architecture.md"]


def paths(page: str) -> set[str]:
    """Return every path that a page names; where a link leads is looked at elsewhere."""
    return set(PATH.findall(re.sub(r"\]\([^)]*\)|https?://\S+", "]", read(page))))


@pytest.mark.parametrize("page", FOR_DEVELOPERS)
def test_what_developers_are_told_to_open_is_there(page: str) -> None:
    named = paths(page)
    there = {path for path in named if (ROOT / path).exists() or (DESCENT / path).exists()}
    assert named
    assert named - there == set()


def test_the_architecture_names_every_room() -> None:
    folders = {path.parent for path in DESCENT.rglob("*.*") if "__pycache__" not in path.parts}
    rooms = {f"{folder.relative_to(DESCENT)}/" for folder in folders - {DESCENT}}
    assert rooms - paths("docs/architecture.md") == set()


# ---- words -------------------------------------------------------------------------------------


def test_the_readme_is_read_in_ten_minutes() -> None:
    assert len(read("README.md").encode()) < 12_000


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_plainly_written(page: str) -> None:
    assert not re.findall(
        r"[\u2013\u2014]|\bseamless|\bpowerful|\bcutting.edge", read(page), re.IGNORECASE
    )
    lines = (line for line in read(page).splitlines() if not line.startswith("|"))
    assert [line for line in lines if len(line) > 120 and " " in line] == []


def test_the_changelog_begins_with_the_version_of_the_manifest() -> None:
    versions = re.findall(r"^## \[(\d[^]]*)\]", read("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == MANIFEST["version"]
