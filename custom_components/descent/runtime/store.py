"""What outlives a restart, a file a treadmill: unfinished session, learned rates, selections.

A file that cannot be read is kept aside under another name, a repair issue says so, and the
treadmill starts without it: a damaged file must never keep Stop from working.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import logging
import os
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import STORAGE_DIR, Store
from homeassistant.util import dt as dt_util
import probatio as vol

from ..const import DOMAIN, STORAGE_MINOR_VERSION, STORAGE_VERSION
from ..issues import report_corrupt_storage
from ..training.model import DeclineCheck, Rates

_LOGGER = logging.getLogger(__name__)

_RATE = vol.All(vol.Any(int, float), vol.Coerce(float))
_SCHEMA = vol.Schema(
    {
        vol.Required("session"): vol.Any(None, {str: object}),
        vol.Required("rates"): vol.Any(None, {"belt_kmh_s": _RATE, "deck_pct_s": _RATE}),
        vol.Required("selected_session"): vol.Any(None, str),
        vol.Required("selected_runner"): vol.Any(None, str),
        vol.Optional("released", default=False): bool,
        vol.Optional("decline", default=DeclineCheck.UNTESTED.value): vol.Coerce(DeclineCheck),
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


class TreadmillStore:
    """The file of one treadmill."""

    def __init__(self, hass: HomeAssistant, entry_id: str, name: str) -> None:
        """Belong to the config entry ``entry_id``, whom the user knows as ``name``."""
        self._hass = hass
        self._entry_id = entry_id
        self._name = name
        # The part before the dot is how Home Assistant knows whose file it is, should it find it
        # damaged itself.
        self._store: Store[dict[str, Any]] = Store(
            hass, STORAGE_VERSION, storage_key(entry_id), minor_version=STORAGE_MINOR_VERSION
        )

    async def async_load(self) -> Kept:
        """Return what is kept; nothing for a new treadmill, and for a file that was unreadable."""
        try:
            data = await self._store.async_load()
            return Kept() if data is None else Kept.from_dict(data)
        except (HomeAssistantError, NotImplementedError) as error:
            # Unreadable for the operating system, or written by a newer version of Descent.
            await self.async_set_aside(str(error) or type(error).__name__)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            await self.async_set_aside(f"{type(error).__name__}: {error}")
        return Kept()

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
        self._store = Store(
            self._hass,
            STORAGE_VERSION,
            storage_key(self._entry_id),
            minor_version=STORAGE_MINOR_VERSION,
        )
        _LOGGER.error(
            "What was stored for %s cannot be used (%s); kept as %s", self._name, reason, aside
        )
        report_corrupt_storage(self._hass, self._entry_id, self._name, str(aside))

    @callback
    def save_soon(self, collect: Callable[[], Kept]) -> None:
        """Write as soon as the event loop is free; what is true by then."""
        self._store.async_delay_save(lambda: collect().as_dict(), 0)

    async def async_save(self, kept: Kept) -> None:
        """Write now, and return when it is written."""
        await self._store.async_save(kept.as_dict())


def storage_key(entry_id: str) -> str:
    """Name of an entry's file."""
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
