"""What outlives a restart, a file a treadmill: unfinished session, learned rates, selections.

A file that cannot be read is kept aside under another name, a repair issue says so, and the
treadmill starts without it: a damaged file must never keep Stop from working. One that a newer
version of Descent wrote stays where it is, untouched: nothing is stored until that version is back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import logging
import os
from pathlib import Path
from typing import Any, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, UnsupportedStorageVersionError
from homeassistant.helpers.storage import STORAGE_DIR, Store
from homeassistant.util import dt as dt_util
import probatio as vol

from ..const import DOMAIN, STORAGE_MINOR_VERSION, STORAGE_VERSION
from ..issues import forget_newer_storage, report_corrupt_storage, report_newer_storage
from ..training.model import DeclineCheck, Rates

_LOGGER = logging.getLogger(__name__)

_RATE = vol.All(vol.Any(int, float), vol.Coerce(float))
_SCHEMA = vol.Schema(
    {
        vol.Required("session"): vol.Any(None, {str: object}),
        vol.Required("rates"): vol.Any(None, {"belt_kmh_s": _RATE, "deck_pct_s": _RATE}),
        vol.Required("selected_session"): vol.Any(None, str),
        vol.Required("selected_runner"): vol.Any(None, str),
        vol.Required("released"): bool,
        vol.Required("decline"): vol.Coerce(DeclineCheck),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The content of one file."""

    session: dict[str, Any] | None = None  # what Control.to_dict made
    rates: Rates | None = None
    selected_session: str | None = None
    selected_runner: str | None = None
    released: bool = False  # left to another app, until somebody says otherwise
    decline: DeclineCheck = DeclineCheck.UNTESTED

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        rates = self.rates
        return {
            "session": self.session,
            "rates": None
            if rates is None
            else {"belt_kmh_s": rates.belt_kmh_s, "deck_pct_s": rates.deck_pct_s},
            "selected_session": self.selected_session,
            "selected_runner": self.selected_runner,
            "released": self.released,
            "decline": self.decline.value,
        }

    @classmethod
    def from_dict(cls, data: object) -> Kept:
        """Check data that was read. Raises ``ValueError`` for what ``as_dict`` never made."""
        try:
            known = _SCHEMA(data)
        except vol.Invalid as error:
            raise ValueError(str(error)) from error
        rates = known["rates"]
        return cls(
            session=known["session"],
            rates=None if rates is None else Rates(**rates),
            selected_session=known["selected_session"],
            selected_runner=known["selected_runner"],
            released=known["released"],
            decline=known["decline"],
        )


class _NewerError(Exception):
    """A file of a newer version, which may hold what this one would lose."""


class _File(Store[dict[str, Any]]):
    """A file, brought from what earlier versions wrote to what it is now."""

    def __init__(self, hass: HomeAssistant, key: str) -> None:
        super().__init__(hass, STORAGE_VERSION, key, minor_version=STORAGE_MINOR_VERSION)

    @override
    async def _async_migrate_func(
        self, old_major_version: int, old_minor_version: int, old_data: Any
    ) -> Any:
        if old_minor_version > STORAGE_MINOR_VERSION:
            raise _NewerError
        data = {"released": False, "decline": DeclineCheck.UNTESTED.value, **old_data}
        Kept.from_dict(data)  # what is damaged is not written back
        return data


class TreadmillStore:
    """The file of one treadmill."""

    def __init__(self, hass: HomeAssistant, entry_id: str, name: str) -> None:
        """Belong to the config entry ``entry_id``, whom the user knows as ``name``."""
        self._hass = hass
        self._entry_id = entry_id
        self._name = name
        self._store = _File(hass, storage_key(entry_id))
        self._is_newer = False  # a newer version wrote the file, and this one must not

    async def async_load(self) -> Kept:
        """Return what is kept; nothing for a new treadmill, and for a file that cannot be used."""
        try:
            data = await self._store.async_load()
            forget_newer_storage(self._hass, self._entry_id)
            return Kept() if data is None else Kept.from_dict(data)
        except UnsupportedStorageVersionError, _NewerError:
            self._leave_alone()
        except (HomeAssistantError, NotImplementedError) as error:
            await self.async_set_aside(str(error) or type(error).__name__)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            await self.async_set_aside(f"{type(error).__name__}: {error}")
        return Kept()

    def _leave_alone(self) -> None:
        """Store nothing from now on: a newer version has, and will want it back."""
        self._is_newer = True
        _LOGGER.error(
            "A newer version of Descent stored %s for %s: it is left alone, and nothing is stored "
            "until that version is installed again",
            self._store.path,
            self._name,
        )
        report_newer_storage(self._hass, self._entry_id, self._name, self._store.path)

    async def async_set_aside(self, reason: str) -> None:
        """Keep the file under another name and raise a repair issue."""
        path = Path(self._store.path)
        aside = path.with_name(f"{path.name}.corrupt.{dt_util.utcnow().isoformat()}")
        try:
            await self._hass.async_add_executor_job(os.replace, path, aside)
        except OSError:
            _LOGGER.exception("Could not keep %s aside", path)
            aside = path
        # The next save would otherwise write what this object still holds of it.
        self._store = _File(self._hass, storage_key(self._entry_id))
        _LOGGER.error(
            "What was stored for %s cannot be used (%s); kept as %s", self._name, reason, aside
        )
        report_corrupt_storage(self._hass, self._entry_id, self._name, str(aside))

    @callback
    def save_soon(self, collect: Callable[[], Kept]) -> None:
        """Write as soon as the event loop is free; what is true by then."""
        if not self._is_newer:
            self._store.async_delay_save(lambda: collect().as_dict(), 0)

    async def async_save(self, kept: Kept) -> None:
        """Write now, and return when it is written."""
        if not self._is_newer:
            await self._store.async_save(kept.as_dict())


def storage_key(entry_id: str) -> str:
    """Name of an entry's file: Home Assistant tells by the part before the dot whose it is."""
    return f"{DOMAIN}.{entry_id}"


async def async_remove(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the file of an entry, and what was kept aside of it."""
    key = storage_key(entry_id)
    await Store[dict[str, Any]](hass, STORAGE_VERSION, key).async_remove()
    await hass.async_add_executor_job(_remove_aside, Path(hass.config.path(STORAGE_DIR)), key)


def _remove_aside(folder: Path, key: str) -> None:
    for path in folder.glob(f"{key}.corrupt.*"):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            _LOGGER.warning("Could not remove %s: %s", path, error)
