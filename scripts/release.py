"""Make a version: write it into manifest and changelog, commit that, and tag the commit.

HACS and the Marketplace install the tree of the tag, and Home Assistant shows the version of the
manifest in it: the two have to be the same. ``--check`` is what the workflow asks before it makes
a release of a tag.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
import re
import subprocess
import sys

ROOT = Path(__file__).parent.parent
CHANGELOG = "CHANGELOG.md"
MANIFEST = "custom_components/descent/manifest.json"
BRANCH = "main"
PAGE = "https://github.com/descent-ha/descent/releases/tag/v"

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_IN_MANIFEST = re.compile(r'(?<="version": ")[^"]*(?=")')
_SECTION = re.compile(r"^## \[(?P<name>[^]]+)\](?: - (?P<when>.*))?$", re.MULTILINE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_END = re.compile(r"^(?=## |\[[^]]+\]: )", re.MULTILINE)


class ReleaseError(Exception):
    """This cannot be released, and why."""


def numbers(version: str) -> tuple[int, ...]:
    """Return the three numbers of a version; raises for anything that is none."""
    if not (found := _VERSION.fullmatch(version)):
        raise ReleaseError(f"{version!r} is no version: three numbers, as in 1.2.3")
    return tuple(int(number) for number in found.groups())


def text_below(changelog: str, heading: re.Match[str]) -> str:
    """Return what a section of the changelog says; raises if it says nothing."""
    text = _END.split(changelog[heading.end() :], maxsplit=1)[0].strip()
    if not text:
        raise ReleaseError(f"the changelog says nothing below {heading[0]!r}")
    return text


def dated(changelog: str, version: str, day: str) -> str:
    """Return the changelog with its first section named and dated as a version's."""
    heading = _SECTION.search(changelog)
    waiting = (("Unreleased", None), (version, "not released yet"))
    if heading is None or (heading["name"], heading["when"]) not in waiting:
        raise ReleaseError(f"the changelog does not begin with what is new in {version}")
    text_below(changelog, heading)
    new = f"{changelog[: heading.start()]}## [{version}] - {day}{changelog[heading.end() :]}"
    link = f"[{version}]: {PAGE}{version}\n"
    return new if link in new else f"{new.rstrip()}\n{link}"


def notes(changelog: str, version: str) -> str:
    """Return what the changelog says of a released version."""
    for heading in _SECTION.finditer(changelog):
        if heading["name"] == version and _DAY.fullmatch(heading["when"] or ""):
            return text_below(changelog, heading)
    raise ReleaseError(f"the changelog has no section with a date for {version}")


def git(root: Path, *arguments: str) -> str:
    """Run git in a repository; returns what it says."""
    done = subprocess.run(
        ["git", "-C", root, *arguments],  # noqa: S607  (git is where PATH says)
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ReleaseError(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def release(root: Path, version: str) -> None:
    """Commit and tag a version in a repository."""
    wanted = numbers(version)
    if git(root, "status", "--porcelain"):
        raise ReleaseError("there is something to commit first")
    if git(root, "branch", "--show-current") != BRANCH:
        raise ReleaseError(f"a version is made on {BRANCH}")
    for tag in git(root, "tag", "--list", "v*").split():
        if numbers(tag.removeprefix("v")) >= wanted:
            raise ReleaseError(f"{tag} is there already")
    changelog, manifest = root / CHANGELOG, root / MANIFEST
    today = datetime.now(UTC).date().isoformat()
    new = dated(changelog.read_text(encoding="utf-8"), version, today)
    changelog.write_text(new, encoding="utf-8")
    new = _IN_MANIFEST.sub(version, manifest.read_text(encoding="utf-8"))
    manifest.write_text(new, encoding="utf-8")
    git(root, "commit", "--quiet", "--all", "--message", f"Release {version}")
    git(root, "tag", "--annotate", "--message", f"Descent {version}", f"v{version}")


def check(root: Path, tag: str) -> str:
    """Return what is new in the version of a tag; raises if this tree is another version's."""
    version = tag.removeprefix("v")
    numbers(version)
    if tag == version:
        raise ReleaseError(f"{tag!r} is no tag of a version: v1.2.3")
    found = _IN_MANIFEST.findall((root / MANIFEST).read_text(encoding="utf-8"))
    if found != [version]:
        raise ReleaseError(f"the manifest says {', '.join(found)}, not {version}")
    return notes((root / CHANGELOG).read_text(encoding="utf-8"), version)


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="scripts/release", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("version", nargs="?", help="the version to make, as in 1.2.3")
    what.add_argument("--check", metavar="TAG", help="print what is new in a tag's version")
    asked = parser.parse_args()
    try:
        if asked.check is not None:
            print(check(ROOT, asked.check))
        else:
            release(ROOT, asked.version)
            print(f"now: git push --atomic origin {BRANCH} v{asked.version}")
    except ReleaseError as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
