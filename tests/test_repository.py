"""What hassfest, HACS and the Marketplace ask of a repository.

hassfest is no package, so its rules for custom integrations are written out
here; the originals run in the workflows.
"""

from collections.abc import Iterator
import json
from pathlib import Path
import re
import struct
from typing import Any

from awesomeversion import AwesomeVersion
import pytest
import yaml

ROOT = Path(__file__).parent.parent
DESCENT = ROOT / "custom_components" / "descent"
TRANSLATIONS = sorted((DESCENT / "translations").glob("*.json"))

HACS_KEYS = {"content_in_root", "country", "filename", "hacs", "hide_default_branch"} | {
    "homeassistant",
    "name",
    "persistent_directory",
    "render_readme",
}
MARKUP = re.compile(r"<[a-zA-Z/!]")
ADDRESS = re.compile(r"\w+://|www\.")
REFERENCE = re.compile(r"\[%key:")

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
OUR_WORKFLOW = re.compile(r"\./\.github/workflows/[a-z]+\.yml")
PINNED = re.compile(r"(?P<action>[\w.-]+/[\w./-]+)@(?P<commit>[0-9a-f]{40}) # (?P<version>\S.*)")


def data(path: Path) -> Any:
    """Read a JSON file, with its keys in their order."""
    return json.loads(path.read_text(encoding="utf-8"))


def sentences(tree: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a translation with the keys that lead to it."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from sentences(value, f"{place}.{key}".lstrip("."))
    else:
        yield place, str(tree)


def icon_size(name: str) -> tuple[int, int]:
    """Return width and height of a PNG of the brand, from its header."""
    header = (DESCENT / "brand" / name).read_bytes()[:24]
    assert header.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", header[16:])
    return width, height


@pytest.fixture(name="manifest")
def manifest_fixture() -> dict[str, Any]:
    """Return the integration's manifest."""
    manifest: dict[str, Any] = data(DESCENT / "manifest.json")
    return manifest


def test_the_manifest_begins_with_domain_and_name_and_goes_on_by_alphabet(
    manifest: dict[str, Any],
) -> None:
    keys = list(manifest)
    assert keys == ["domain", "name", *sorted(keys[2:])]


def test_the_manifest_names_its_folder_as_the_domain(manifest: dict[str, Any]) -> None:
    assert manifest["domain"] == DESCENT.name


def test_the_manifest_says_what_custom_integrations_must(manifest: dict[str, Any]) -> None:
    asked = {"codeowners", "documentation", "iot_class", "issue_tracker", "version"}
    assert asked <= {key for key, value in manifest.items() if value}


def test_the_version_is_one_that_home_assistant_can_compare(manifest: dict[str, Any]) -> None:
    assert AwesomeVersion(manifest["version"]).simple


@pytest.mark.parametrize("told_by", ["service_uuid", "service_data_uuid"])
def test_a_fitness_machine_is_discovered_whichever_way_it_advertises(
    manifest: dict[str, Any], told_by: str
) -> None:
    fitness_machine = "00001826-0000-1000-8000-00805f9b34fb"
    assert {"connectable": True, told_by: fitness_machine} in manifest["bluetooth"]


def test_bluetooth_is_set_up_with_its_adapters_and_proxies(manifest: dict[str, Any]) -> None:
    assert "bluetooth_adapters" in manifest["dependencies"]


def test_a_fitness_machine_on_the_network_is_discovered(manifest: dict[str, Any]) -> None:
    assert manifest["zeroconf"] == ["_wahoo-fitness-tnp._tcp.local."]


def test_texts_are_in_translations_only() -> None:
    assert not (DESCENT / "strings.json").exists()
    assert DESCENT / "translations" / "en.json" in TRANSLATIONS


@pytest.mark.parametrize("path", TRANSLATIONS, ids=lambda path: path.stem)
@pytest.mark.parametrize("forbidden", [MARKUP, ADDRESS, REFERENCE], ids=["html", "url", "key"])
def test_translations_hold_plain_text(path: Path, forbidden: re.Pattern[str]) -> None:
    assert {place: text for place, text in sentences(data(path)) if forbidden.search(text)} == {}


@pytest.mark.parametrize("path", TRANSLATIONS, ids=lambda path: path.stem)
def test_translations_are_trimmed_and_not_empty(path: Path) -> None:
    bare = {
        place: text for place, text in sentences(data(path)) if not text or text != text.strip()
    }
    assert bare == {}


def test_hacs_finds_a_name_and_no_key_it_does_not_know() -> None:
    assert {"name"} <= set(data(ROOT / "hacs.json")) <= HACS_KEYS


def test_hacs_and_the_tests_agree_on_the_oldest_home_assistant() -> None:
    tested = (ROOT / "requirements" / "test.in").read_text(encoding="utf-8")
    oldest = data(ROOT / "hacs.json")["homeassistant"]
    assert re.findall(r"^homeassistant==(\d+\.\d+)", tested, re.MULTILINE) == [
        oldest.rpartition(".")[0]
    ]


@pytest.mark.parametrize(("name", "pixels"), [("icon.png", 256), ("icon@2x.png", 512)])
def test_the_brand_has_icons_of_the_sizes_asked_for(name: str, pixels: int) -> None:
    assert icon_size(name) == (pixels, pixels)


def test_the_licence_is_an_approved_one() -> None:
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n")


def used() -> list[str]:
    """Return what the workflows use, with the comment behind it."""
    lines = (line for path in WORKFLOWS for line in path.read_text("utf-8").splitlines())
    return [line.partition("uses: ")[2] for line in lines if "uses: " in line]


def test_workflows_use_what_is_pinned_by_its_commit_and_says_its_version() -> None:
    foreign = [one for one in used() if not OUR_WORKFLOW.fullmatch(one)]
    assert [one for one in foreign if not PINNED.fullmatch(one)] == []


def test_an_action_is_the_same_wherever_it_is_used() -> None:
    pinned = {found.groups() for one in used() if (found := PINNED.fullmatch(one))}
    assert len(pinned) == len({action for action, _, _ in pinned})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_only_read_unless_a_job_says_otherwise(path: Path) -> None:
    assert yaml.safe_load(path.read_text("utf-8"))["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_what_somebody_may_have_named_is_never_part_of_a_command(path: Path) -> None:
    jobs = yaml.safe_load(path.read_text("utf-8"))["jobs"].values()
    commands = [step.get("run", "") for job in jobs for step in job.get("steps", [])]
    assert [one for one in commands if re.search(r"\$\{\{(?! *matrix\.)", one)] == []


def test_a_release_is_made_only_of_a_tag_that_passed_every_check() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8"))
    jobs = workflow["jobs"]
    assert workflow[True] == {"push": {"tags": ["v*"]}}  # YAML reads "on" as a yes
    assert jobs["version"]["steps"][-1]["run"] == 'scripts/release --check "$GITHUB_REF_NAME"'
    assert {name: job.get("needs") for name, job in jobs.items()} == {
        "version": None,
        "test": "version",
        "validate": "version",
        "release": ["test", "validate"],
    }


def test_releases_are_installed_from_the_tree_of_their_tag() -> None:
    assert not {"filename", "zip_release"} & set(data(ROOT / "hacs.json"))


@pytest.mark.parametrize("name", ["bootstrap", "demo", "peers", "test"])
def test_requirements_are_pinned_hashed_and_name_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    odd = [line for line in lines if not re.match(r"[a-z0-9-]+==[^ ]+|    --hash=sha256:", line)]
    assert odd == []
    assert not ADDRESS.search(text)
