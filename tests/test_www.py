"""The dashboard's files are small, whole, and ask nobody but Home Assistant."""

from __future__ import annotations

import gzip
from pathlib import Path
import re

ROOT = Path(__file__).parent.parent
WWW = ROOT / "custom_components" / "descent" / "www"
FILES = sorted(WWW.glob("*.js"))

LIMIT_BYTES = 45_000  # of all cards and features together
HOME = "https://github.com/descent-ha/descent"
ADDRESS = re.compile(r"""\w+://[^\s"'`<>)]+|(?<=["'`(])//\w[^\s"'`<>)]*""")
IMPORT = re.compile(
    r"""^(?:import\b|export\b[^"'=(]*\bfrom\b)[^"';]*["']([^"']+)["']|\bimport\(([^)]*)\)""",
    re.MULTILINE,
)


def test_all_files_together_are_below_45_kb_compressed() -> None:
    """Each file alone, as ``gzip -9`` makes it: that is how a browser fetches them."""
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9, mtime=0)) for path in FILES}
    assert 0 < sum(sizes.values()) < LIMIT_BYTES, sizes


def test_the_only_address_in_them_is_that_of_the_project() -> None:
    addresses = {
        f"{path.name}: {address}"
        for path in WWW.iterdir()
        for address in ADDRESS.findall(path.read_text("utf-8"))
        if address != HOME
    }
    assert addresses == set()


def test_every_import_names_a_file_beside_it() -> None:
    named = {
        (path.name, plain or dynamic)
        for path in FILES
        for plain, dynamic in IMPORT.findall(path.read_text("utf-8"))
    }
    beside = {f"./{path.name}" for path in FILES}
    assert {(name, target) for name, target in named if target not in beside} == set()


def test_every_file_is_reached_from_the_one_that_is_loaded() -> None:
    reached, ahead = set(), ["./descent-card.js"]
    while ahead:
        name = ahead.pop()
        reached.add(name)
        found = IMPORT.findall((WWW / name).read_text("utf-8"))
        ahead += {plain for plain, _ in found} - reached
    assert reached == {f"./{path.name}" for path in FILES}


def test_the_packages_of_the_tests_are_pinned_and_name_no_registry() -> None:
    lock = (ROOT / "tests" / "www" / "package-lock.json").read_text("utf-8")
    assert '"integrity": "sha512-' in lock
    assert "://" not in lock
