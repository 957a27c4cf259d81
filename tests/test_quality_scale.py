"""The self-assessment by Home Assistant's quality scale: complete, and with files that show it."""

from __future__ import annotations

import re

import pytest
import yaml

from tests import imports

RULES = set(
    re.findall(
        r"\S+",
        """
    action-setup appropriate-polling brands common-modules config-flow config-flow-test-coverage
    dependency-transparency docs-actions docs-triggers docs-conditions docs-high-level-description
    docs-installation-instructions docs-removal-instructions entity-event-setup entity-unique-id
    has-entity-name runtime-data test-before-configure test-before-setup unique-config-entry
    action-exceptions config-entry-unloading docs-configuration-parameters
    docs-installation-parameters entity-unavailable integration-owner log-when-unavailable
    parallel-updates reauthentication-flow test-coverage
    devices diagnostics discovery discovery-update-info docs-data-update docs-examples
    docs-known-limitations docs-supported-devices docs-supported-functions docs-troubleshooting
    docs-use-cases dynamic-devices stale-devices entity-category entity-device-class
    entity-disabled-by-default entity-translations exception-translations icon-translations
    reconfiguration-flow repair-issues
    async-dependency inject-websession strict-typing
    """,
    )
)
SAID = yaml.safe_load((imports.DESCENT / "quality_scale.yaml").read_text(encoding="utf-8"))["rules"]
FILE = re.compile(r"[\w/]+\.(?:py|md|json|yaml|toml|png)\b")
PLATFORMS = [
    path for path in imports.DESCENT.glob("*.py") if "async_add_entities" in path.read_text("utf-8")
]


def test_every_rule_is_answered_and_no_other() -> None:
    assert set(SAID) == RULES


@pytest.mark.parametrize("rule", sorted(RULES))
def test_an_answer_has_its_reason(rule: str) -> None:
    assert set(SAID[rule]) == {"status", "comment"}
    assert SAID[rule]["status"] in {"done", "exempt", "todo"}
    assert SAID[rule]["comment"].endswith(".")


@pytest.mark.parametrize("rule", sorted(RULES))
def test_the_files_that_an_answer_names_are_there(rule: str) -> None:
    named = FILE.findall(SAID[rule]["comment"])
    assert named or SAID[rule]["status"] == "exempt"
    folders = (imports.ROOT, imports.DESCENT)
    assert [file for file in named if not any((f / file).is_file() for f in folders)] == []


def test_a_treadmill_that_is_off_is_no_reason_not_to_set_up() -> None:
    assert SAID["test-before-setup"]["status"] == "exempt"


def test_every_platform_says_how_many_may_be_updated_at_once() -> None:
    assert len(PLATFORMS) == 8
    assert [
        path.name for path in PLATFORMS if "PARALLEL_UPDATES = " not in path.read_text("utf-8")
    ] == []
