"""Check that YAML and JSON files can be read and say nothing twice.

A key given twice is legal to most readers, and the first of the two is lost.
"""

from __future__ import annotations

import json
from pathlib import Path
import subprocess
import sys
from typing import Any

import yaml


class Loader(yaml.SafeLoader):
    """Reads any tag (Home Assistant has its own) and refuses a repeated key."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping after looking at its keys."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        refuse_repeated(keys)
        return super().construct_mapping(node, deep)


Loader.add_multi_constructor("!", lambda _loader, _suffix, node: str(node.value))


def refuse_repeated(keys: list[Any]) -> None:
    """Raise when a key is there twice."""
    repeated = {str(key) for key in keys if keys.count(key) > 1}
    if repeated:
        raise ValueError("given twice: " + ", ".join(sorted(repeated)))


def unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build a JSON object after looking at its keys."""
    refuse_repeated([key for key, _ in pairs])
    return dict(pairs)


def fault(path: Path) -> str | None:
    """Return what is wrong with a file."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            json.loads(text, object_pairs_hook=unrepeated)
        else:
            list(yaml.load_all(text, Loader))
    except (ValueError, yaml.YAMLError) as error:
        return f"{path}: {error}"
    return None


def main() -> int:
    """Check every file that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", "*.yaml", "*.yml", "*.json"],  # noqa: S607  (git is where PATH says)
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    faults = [found for name in listed if Path(name).exists() and (found := fault(Path(name)))]
    print("\n".join(faults) or f"{len(listed)} YAML and JSON files are sound")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
