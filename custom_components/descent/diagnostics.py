"""The diagnostics download: what it takes to find out why a belt did what it did (rule R18)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
import re
from typing import Any, Final

from homeassistant.components.diagnostics import REDACTED, async_redact_data
from homeassistant.core import HomeAssistant

from .as_dict import snapshot_as_dict
from .coordinator import TreadmillCoordinator
from .entries import DescentConfigEntry
from .runner_coordinator import RunnerCoordinator
from .targets import names_of, runners, treadmills

# Who somebody is, and what their body is like, is nobody's business in a bug report; nor which
# treadmill it is, or where. Level, 5 km time and the flags stay: every speed and every cap follows
# from them. A session is told by its id, which is a word of this integration or a file name.
_UNSAID: Final = {
    *("name", "title", "body_mass_kg", "runner", "runner_entry_id"),
    *("address", "host", "mac", "serial", "service"),
}
# What tells a machine from all others, wherever it turns up: in an error of the link, for example.
_PLACES: Final = ("address", "host", "mac", "serial", "service")
_TEXT: Final = "text"  # the key of sentences, in which names may stand


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: DescentConfigEntry
) -> dict[str, Any]:
    """Return the last minutes of a treadmill, or what is known of a runner."""
    known = {
        "title": entry.title,
        "data": dict(entry.data),
        "options": _without_speakers(entry.options),
    }
    coordinator = entry.runtime_data
    if isinstance(coordinator, RunnerCoordinator):
        return async_redact_data(known, _UNSAID)
    known_here: list[DescentConfigEntry] = [*runners(hass), *treadmills(hass)]
    names = [name for one in known_here for name in names_of(hass, one)]
    told = async_redact_data({"entry": known, **_lately(coordinator)}, _UNSAID)
    cleaned: dict[str, Any] = _without(told, _pattern(_places(entry)), _pattern(names))
    return cleaned


def _lately(coordinator: TreadmillCoordinator) -> dict[str, Any]:
    treadmill, view = coordinator.treadmill, coordinator.view()
    return {
        "contact": treadmill.contact.value,
        "failing": {part.value: how.value for part, how in treadmill.failing.items()},
        "machine": asdict(treadmill.machine),
        "permissions": asdict(view.permissions),
        "level": view.level.value,
        "rates": asdict(view.rates),
        "selected_session": coordinator.selected_session,
        "clock": {"now": view.at, "scale": coordinator.clock.scale},
        "snapshot": snapshot_as_dict(coordinator.snapshot()),
        "journal": coordinator.journal.records(),
        "wire": treadmill.trace(),
    }


def _without_speakers(options: Any) -> Any:
    """Say of the entities that speak only of which kind they are: people name them."""
    if isinstance(options, Mapping):
        return {
            key: f"{value.partition('.')[0]}.{REDACTED}"
            if key in {"entity", "tts"} and isinstance(value, str)
            else _without_speakers(value)
            for key, value in options.items()
        }
    return options


def _places(entry: DescentConfigEntry) -> list[str]:
    """Return what tells a machine from others, in the spellings of those who write it."""
    said = [str(entry.data[key]) for key in _PLACES if entry.data.get(key)]
    spelled = [
        each.replace(":", between) for each in said if ":" in each for between in ("", "_", "-")
    ]
    return [*said, *spelled, *(each.encode().hex() for each in said)]


def _pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """Find whole words, also between underscores; ``None`` if there are none to find."""
    known = sorted({word for word in words if word.strip()}, key=len, reverse=True)
    if not known:
        return None
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, known))})(?![^\W_])", re.IGNORECASE)


def _without(
    told: Any, places: re.Pattern[str] | None, names: re.Pattern[str] | None, key: str = ""
) -> Any:
    """Take places out of all strings, and names out of sentences."""
    match told:
        case dict():
            return {part: _without(value, places, names, str(part)) for part, value in told.items()}
        case list() | tuple():
            return [_without(value, places, names, key) for value in told]
        case str():
            for pattern in (places, names if key == _TEXT else None):
                told = told if pattern is None else pattern.sub(REDACTED, told)
    return told
