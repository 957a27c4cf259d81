"""A version is made by one command, and a tag that is not the version of its tree is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
import json
from pathlib import Path
import re
import shutil
import subprocess

import pytest

from scripts import release

ROOT = Path(__file__).parent.parent
CHANGELOG = """\
# Changelog

## [Unreleased]

### Added

- Something new.

## [1.0.0] - 2026-01-02

- The first one.

[1.0.0]: https://github.com/descent-ha/descent/releases/tag/v1.0.0
"""
MANIFEST = '{\n  "domain": "descent",\n  "version": "1.0.0",\n  "zeroconf": []\n}\n'


@dataclass
class Repository:
    """A repository with a manifest and a changelog, and nothing else."""

    folder: Path

    @property
    def changelog(self) -> Path:
        """The file in which users read what is new."""
        return self.folder / release.CHANGELOG

    @property
    def manifest(self) -> Path:
        """The file in which Home Assistant reads the version."""
        return self.folder / release.MANIFEST

    def git(self, *arguments: str) -> str:
        """Run git; returns what it says."""
        return release.git(self.folder, *arguments)

    def write(self, changelog: str) -> None:
        """Commit another changelog."""
        self.changelog.write_text(changelog)
        self.git("commit", "--quiet", "--all", "--allow-empty", "--message", "A change")

    def release(self, version: str) -> None:
        """Make a version."""
        release.release(self.folder, version)

    def check(self, tag: str) -> str:
        """Return what is new in the version of a tag."""
        return release.check(self.folder, tag)


@pytest.fixture(name="made_repository", scope="module")
def made_repository_fixture(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Make a repository in which 1.0.0 is out, and something is new."""
    made = Repository(tmp_path_factory.mktemp("repository"))
    made.manifest.parent.mkdir(parents=True)
    made.manifest.write_text(MANIFEST)
    made.changelog.write_text(CHANGELOG)
    made.git("init", "--quiet", "--template=", "--initial-branch", "main")
    made.git("config", "user.name", "Somebody")
    made.git("config", "user.email", "somebody@example.com")
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "A change")
    made.git("tag", "v1.0.0")
    return made


@pytest.fixture(name="repository")
def repository_fixture(made_repository: Repository, tmp_path: Path) -> Repository:
    """Return one of one's own."""
    return Repository(shutil.copytree(made_repository.folder, tmp_path / "repository"))


# ---- making a version --------------------------------------------------------------------------


def test_a_version_is_in_the_tree_of_its_tag(repository: Repository) -> None:
    repository.release("1.1.0")
    assert json.loads(repository.git("show", f"v1.1.0:{release.MANIFEST}"))["version"] == "1.1.0"
    assert repository.git("rev-parse", "v1.1.0^{commit}") == repository.git("rev-parse", "HEAD")
    assert repository.git("log", "--format=%s", "-1") == "Release 1.1.0"
    assert repository.git("status", "--porcelain") == ""


def test_nothing_but_the_version_of_the_manifest_changes(repository: Repository) -> None:
    repository.release("1.1.0")
    assert repository.manifest.read_text() == MANIFEST.replace("1.0.0", "1.1.0")


@pytest.mark.parametrize("heading", ["[Unreleased]", "[1.1.0] - not released yet"])
def test_what_is_new_gets_the_version_and_the_date(repository: Repository, heading: str) -> None:
    repository.write(CHANGELOG.replace("[Unreleased]", heading))
    before = datetime.now(UTC).date()
    repository.release("1.1.0")
    days = {before, datetime.now(UTC).date()}
    address = "[1.1.0]: https://github.com/descent-ha/descent/releases/tag/v1.1.0\n"
    assert repository.changelog.read_text() in {
        CHANGELOG.replace("[Unreleased]", f"[1.1.0] - {day}") + address for day in days
    }


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("1.1", "'1.1' is no version"),
        ("v1.1.0", "'v1.1.0' is no version"),
        ("1.1.0b1", "'1.1.0b1' is no version"),
        ("01.1.0", "'01.1.0' is no version"),
        ("1.1.0\n", "is no version"),
        ("1.0.0", "v1.0.0 is there already"),
        ("0.9.9", "v1.0.0 is there already"),
    ],
)
def test_a_version_that_cannot_be_is_refused(
    repository: Repository, version: str, said: str
) -> None:
    refused(repository, version, said)


def refused(repository: Repository, version: str, said: str) -> None:
    """Ask for a version, and see that nothing came of it but words."""
    head = repository.git("rev-parse", "HEAD")
    with pytest.raises(release.ReleaseError, match=re.escape(said)):
        repository.release(version)
    assert repository.git("rev-parse", "HEAD") == head
    assert repository.git("tag") == "v1.0.0"
    assert repository.git("diff") == ""


def test_it_is_not_made_of_what_is_not_committed(repository: Repository) -> None:
    (repository.folder / "new.txt").write_text("new")
    refused(repository, "1.1.0", "something to commit first")


def test_it_is_made_on_main_only(repository: Repository) -> None:
    repository.git("switch", "--quiet", "--create", "other")
    refused(repository, "1.1.0", "made on main")


@pytest.mark.parametrize(
    ("changelog", "said"),
    [
        (CHANGELOG.replace("### Added\n\n- Something new.\n\n", ""), "says nothing below"),
        (CHANGELOG.replace("[Unreleased]", "[1.2.0] - not released yet"), "does not begin with"),
        (CHANGELOG.replace("[Unreleased]", "[1.1.0] - 2026-02-03"), "does not begin with"),
        ("# Changelog\n", "does not begin with"),
    ],
)
def test_it_is_not_made_without_something_new_in_the_changelog(
    repository: Repository, changelog: str, said: str
) -> None:
    repository.write(changelog)
    refused(repository, "1.1.0", said)


# ---- what the workflow asks of a tag -----------------------------------------------------------


def test_a_version_that_was_made_passes_with_what_is_new_in_it(repository: Repository) -> None:
    repository.release("1.1.0")
    assert repository.check("v1.1.0") == "### Added\n\n- Something new."


def test_the_last_section_ends_before_the_addresses(repository: Repository) -> None:
    assert repository.check("v1.0.0") == "- The first one."


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("v1.1.0", "the manifest says 1.0.0, not 1.1.0"),
        ("1.0.0", "'1.0.0' is no tag of a version"),
        ("v1.0.0-rc", "'1.0.0-rc' is no version"),
        ("v1.0.0;true", "'1.0.0;true' is no version"),
        ("main", "'main' is no version"),
        ("", "'' is no version"),
    ],
)
def test_a_tag_that_is_not_the_version_of_its_tree_is_refused(
    repository: Repository, tag: str, said: str
) -> None:
    with pytest.raises(release.ReleaseError, match=re.escape(said)):
        repository.check(tag)


@pytest.mark.parametrize("when", ["", " - not released yet"])
def test_a_version_without_a_date_in_the_changelog_is_refused(
    repository: Repository, when: str
) -> None:
    repository.write(CHANGELOG.replace("[1.0.0] - 2026-01-02", f"[1.0.0]{when}"))
    with pytest.raises(release.ReleaseError, match=r"no section with a date for 1\.0\.0"):
        repository.check("v1.0.0")


def test_the_command_says_no_with_words() -> None:
    done = subprocess.run(
        [ROOT / "scripts" / "release", "--check", "0.0"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "release: '0.0' is no version: three numbers, as in 1.2.3\n"
