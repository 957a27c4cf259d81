"""The session language: YAML text to ``Script``, one file a session.

For users it is described in docs/sessions-language.md.

    script/text.py      text -> plain data that knows its lines (size, depth, tabs, encoding)
    script/schema.py    data -> validated values (keys, units, limits)
    script/values.py    how one value is written
    script/keys.py      what people write for a key
    script/checks.py    values -> the tree (references, order, size)
    script/model.py     the tree
    script/problems.py  what is wrong, in phrases; their English texts are in phrases.py

Whatever is wrong with a file is one ``ScriptError`` with all its problems, and that file's only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
import re
from typing import Any

from .checks import MAX_DURATION_S, MAX_STEPS, Builder
from .model import Parameter, Repeat, Script, ScriptStep
from .problems import Said, ScriptError, say
from .schema import SESSION, Place
from .text import MAX_BYTES, UNREAD, decode, read, whole

__all__ = [
    "MAX_BYTES",
    "MAX_DURATION_S",
    "MAX_STEPS",
    "Parameter",
    "Repeat",
    "Script",
    "ScriptError",
    "ScriptStep",
    "builtin",
    "links_out",
    "load_folder",
    "parse",
    "session_id",
]

LIBRARY = Path(__file__).parent.parent / "library"
_SUFFIXES = (".yaml", ".yml")
_MOST_FILES = 200


def session_id(source: str) -> str:
    """Return the id a file name stands for: lower case, words joined by underscores."""
    return re.sub(r"[^a-z0-9]+", "_", Path(source).stem.lower()).strip("_")


def parse(text: str | bytes, source: str) -> Script:
    """Read one session; ``source`` is its file name, which gives the id and appears in errors.

    Raises:
        ScriptError: the text is no session; says everything that is wrong with it, and where.
    """
    text = decode(text, source)
    identity = session_id(source)
    if not identity:
        raise whole(source, say("no_letters"), say("a_file_name", example="hill_day.yaml"))
    raw, lines, problems = read(text, source)
    data: Any = SESSION(raw, Place(problems))
    steps: tuple[ScriptStep | Repeat, ...] = ()
    if isinstance(raw, dict) and data.get("steps", UNREAD) is not UNREAD:
        parameters = data.get("parameters", {})
        builder = Builder(problems, lines, {} if parameters is UNREAD else parameters)
        cold = data.get("no_warm_up", False) is not False
        steps = builder.tree(data["steps"], raw["steps"], cold=cold)
    if problems:
        raise problems.error()
    requires = data.get("requires", {})
    return Script(
        id=identity,
        name=data["name"],
        level=data["level"],
        needs_hill_experience="hill_experience" in requires,
        needs_sound_joints="joint_issues" in requires,
        parameters=tuple(data.get("parameters", {}).values()),
        steps=steps,
        goals=data.get("goals", ()),
        description=data.get("description", ""),
        why=data.get("why", ""),
        text=text,
    )


def load_folder(path: Path) -> tuple[dict[str, Script], tuple[ScriptError, ...]]:
    """Read all sessions of a folder, by id. Blocking.

    A file that is wrong becomes an error beside the others; so does one whose id is taken, by
    another file or by a built-in session. A folder that does not exist has no sessions.
    """
    return _load(path, {session_id(file.name) for file in LIBRARY.iterdir()})


def builtin() -> dict[str, Script]:
    """Read the sessions that come with the integration, by id. Blocking.

    Raises:
        ScriptError: the installation is damaged.
    """
    scripts, errors = _load(LIBRARY, ())
    for error in errors:
        raise error
    return scripts


def _load(
    folder: Path, taken: Collection[str]
) -> tuple[dict[str, Script], tuple[ScriptError, ...]]:
    scripts: dict[str, Script] = {}
    sources: dict[str, str] = {}
    errors: list[ScriptError] = []
    files, error = _files(folder)
    if error is not None:
        errors.append(error)
    for file in files:
        try:
            script = _parse_file(file)
        except ScriptError as wrong:
            errors.append(wrong)
            continue
        if (found := _owner(script.id, taken, sources)) is not None:
            errors.append(whole(file.name, found, say("own_file_name")))
            continue
        scripts[script.id] = script
        sources[script.id] = file.name
    return scripts, tuple(errors)


def _owner(identity: str, taken: Collection[str], sources: Mapping[str, str]) -> Said | None:
    """Say who has an id already; None where nobody has."""
    if identity in taken:
        return say("taken_by_builtin", id=identity)
    source = sources.get(identity)
    return None if source is None else say("taken_by_file", id=identity, file=source)


def links_out(folder: Path) -> list[Path]:
    """Return the session files that are links out of their folder, and are not read. Blocking."""
    try:
        return sorted(
            file for file in folder.iterdir() if _is_session_file(file) and _leads_out(file, folder)
        )
    except OSError:
        return []


def _is_session_file(file: Path) -> bool:
    return file.suffix in _SUFFIXES and not file.name.startswith(".") and file.is_file()


def _leads_out(file: Path, folder: Path) -> bool:
    return not file.resolve().is_relative_to(folder.resolve())


def _files(folder: Path) -> tuple[list[Path], ScriptError | None]:
    """List the session files of a folder, sorted, and say what keeps the rest from being read."""
    try:
        found = sorted(
            file
            for file in folder.iterdir()
            if _is_session_file(file) and not _leads_out(file, folder)
        )
    except FileNotFoundError:
        return [], None
    except OSError:
        return [], _unreadable(folder.name)
    if len(found) > _MOST_FILES:
        said = say("many_files", count=len(found))
        return found[:_MOST_FILES], whole(folder.name, said, say("at_most", most=_MOST_FILES))
    return found, None


def _parse_file(file: Path) -> Script:
    """Read a file no further than a session may be long, then parse it."""
    try:
        with file.open("rb") as stream:
            text = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(file.name) from error
    return parse(text, file.name)


def _unreadable(name: str) -> ScriptError:
    return whole(name, say("unreadable"), say("readable"))
