"""Reads the integration's imports from its source, without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
DESCENT = ROOT / "custom_components" / "descent"
PACKAGE = "custom_components.descent"

type Imports = dict[str, set[str]]


def module_name(path: Path) -> str:
    """Return the dotted name of a file: treadmills/base.py is treadmills.base."""
    parts = path.relative_to(DESCENT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def absolute(path: Path, node: ast.ImportFrom) -> str:
    """Return what an import statement names, without its leading dots."""
    if not node.level:
        return node.module or ""
    package = path.relative_to(ROOT).parent.parts
    kept = package[: len(package) - node.level + 1]
    return ".".join((*kept, *filter(None, [node.module])))


def imported(path: Path, tree: ast.AST) -> Iterator[str]:
    """Yield the modules and names that a syntax tree imports, with dots."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = absolute(path, node)
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def without_types(tree: ast.Module) -> ast.Module:
    """Drop what only a type checker imports."""
    tree.body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
    ]
    return tree


def sources() -> list[Path]:
    """Return the integration's Python files."""
    return sorted(DESCENT.rglob("*.py"))


def read(paths: Iterable[Path]) -> Imports:
    """Return what each module imports, types included."""
    return {
        module_name(path): set(imported(path, ast.parse(path.read_text(encoding="utf-8"))))
        for path in paths
    }


def within(names: Iterable[str]) -> set[str]:
    """Return the parts of this integration among some imports, as module names."""
    known = {module_name(path) for path in sources()}
    inside = {name.removeprefix(PACKAGE).strip(".") for name in names if name.startswith(PACKAGE)}
    # `from .model import Speed` names model.Speed: the module is what comes before.
    return {name if name in known else name.rpartition(".")[0] for name in inside}


def graph() -> dict[str, set[str]]:
    """Return which modules each module needs in order to be loaded."""
    return {
        module_name(path): within(
            imported(path, without_types(ast.parse(path.read_text(encoding="utf-8"))))
        )
        - {module_name(path)}
        for path in sources()
    }


def outside(names: Iterable[str]) -> set[str]:
    """Return the top-level packages of others among some imports."""
    return {name.partition(".")[0] for name in names if not name.startswith(PACKAGE)}
