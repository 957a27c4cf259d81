"""The pages of the documentation, as tests read them: sections, tables, examples, links."""

from __future__ import annotations

from pathlib import Path
import re

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    str(path.relative_to(ROOT))
    for pattern in ("*.md", "docs/*.md", "blueprints/*.md")
    for path in ROOT.glob(pattern)
)

type Row = tuple[str, ...]


def read(page: str) -> str:
    """Return the text of a page."""
    return (ROOT / page).read_text(encoding="utf-8")


def headings(page: str) -> dict[int, str]:
    """Return the headings of a page by their line; a comment in an example is none."""
    found: dict[int, str] = {}
    fenced = False
    for number, line in enumerate(read(page).splitlines()):
        fenced ^= line.startswith("```")
        if not fenced and line.startswith("#"):
            found[number] = line
    return found


def section(page: str, heading: str) -> str:
    """Return the text below a heading, up to the next of the same rank or higher."""
    found = headings(page)
    (begin,) = [number for number, one in found.items() if one == heading]
    rank = heading.index(" ")
    behind = [number for number, one in found.items() if number > begin and one.index(" ") <= rank]
    return "\n".join(read(page).splitlines()[begin + 1 : min(behind, default=None)])


def rows(page: str, heading: str) -> list[Row]:
    """Return the cells of the tables in a section, without their heads."""
    lines = [line for line in section(page, heading).splitlines() if line.startswith("|")]
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    rules = {index for index, row in enumerate(cells) if set("".join(row)) == {"-"}}
    return [row for i, row in enumerate(cells) if i not in rules and i + 1 not in rules]


def examples(text: str) -> list[str]:
    """Return the YAML in a text."""
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


def quoted(text: str) -> list[str]:
    """Return the names in backticks in a text."""
    return re.findall(r"`(\w+)`", text)


def anchors(page: str) -> set[str]:
    """Return what can be linked to in a page, as GitHub names it."""
    words = (one.lstrip("#").strip().lower() for one in headings(page).values())
    return {re.sub(r"[^\w -]", "", one).replace(" ", "-") for one in words}
