"""Print what Home Assistant would install for some of its integrations.

Usage: ha_requirements.py FOLDER_OF_HOMEASSISTANT DOMAIN...
Their dependencies are followed, as Home Assistant does.
"""

from __future__ import annotations

import json
from pathlib import Path
import sys


def requirements(components: Path, domain: str, seen: set[str]) -> set[str]:
    """Return the requirements of one integration and of all it depends on."""
    if domain in seen:
        return set()
    seen.add(domain)
    manifest = json.loads((components / domain / "manifest.json").read_text())
    found = set(manifest.get("requirements", []))
    for dependency in manifest.get("dependencies", []):
        found |= requirements(components, dependency, seen)
    return found


if __name__ == "__main__":
    followed: set[str] = set()
    needed: set[str] = set()
    for name in sys.argv[2:]:
        needed |= requirements(Path(sys.argv[1]) / "components", name, followed)
    print("\n".join(sorted(needed)))
