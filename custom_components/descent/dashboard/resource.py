"""The dashboard's files, and the one Lovelace resource that loads them.

The address has a hash of the files in it: a browser keeps them for a month, and an upgrade is
another address. As long as there is an entry there is exactly one resource; the user's own ones are
left alone. Where resources are in YAML, which nobody but the user may edit, the frontend is asked
to load the files by itself.
"""

from __future__ import annotations

import asyncio
from hashlib import sha256
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_when_setup
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

if TYPE_CHECKING:
    from homeassistant.components.lovelace.resources import ResourceStorageCollection

_LOGGER = logging.getLogger(__name__)

_FOLDER = Path(__file__).parent.parent / "www"
_PATH = f"/{DOMAIN}_static"
_ENTRY = "descent-card.js"  # the module that loads the others
_NOT_SERVED = "none"  # stands for the version where there is nothing to load
_FRONTEND = "frontend"  # is set up after Lovelace, on which it depends


class DashboardResource:
    """Keeps the resource what it should be."""

    def __init__(self, hass: HomeAssistant, version: str) -> None:
        """Belong to the files of one version."""
        self._hass = hass
        self._fitting = asyncio.Lock()  # several entries are set up at once
        self._is_extra = False  # whether the frontend was asked to load the files by itself
        self.folder_url = f"{_PATH}/{version}"
        self.url = f"{self.folder_url}/{_ENTRY}"

    async def async_fit(self) -> None:
        """Have one resource while there are entries, and none without."""
        if _FRONTEND not in self._hass.config.components:
            return  # nobody could load it; this is called again once somebody can
        try:
            await self._async_fit()
        except Exception:
            # Whatever is wrong with dashboards, the treadmill works without them.
            _LOGGER.exception("The card could not be added to the dashboards' resources")

    async def _async_fit(self) -> None:
        # Private to Lovelace, and not where it was in every version: looked for here, where its
        # absence costs the resource and nothing else.
        from homeassistant.components.lovelace.const import LOVELACE_DATA  # noqa: PLC0415
        from homeassistant.components.lovelace.resources import (  # noqa: PLC0415
            ResourceStorageCollection,
        )

        lovelace = self._hass.data[LOVELACE_DATA]
        wanted = bool(self._hass.config_entries.async_entries(DOMAIN, include_ignore=False))
        if not isinstance(lovelace.resources, ResourceStorageCollection):
            self._fit_extra(wanted=wanted)
            return
        async with self._fitting:
            await self._async_fit_stored(lovelace.resources, wanted=wanted)

    def _fit_extra(self, *, wanted: bool) -> None:
        # Likewise private, or not documented.
        from homeassistant.components.frontend import (  # noqa: PLC0415
            add_extra_js_url,
            remove_extra_js_url,
        )

        if wanted is self._is_extra:
            return
        self._is_extra = wanted
        if wanted:
            _LOGGER.debug("Resources are in YAML: the frontend loads %s by itself", self.url)
            add_extra_js_url(self._hass, self.url)
        else:
            remove_extra_js_url(self._hass, self.url)

    async def _async_fit_stored(
        self, resources: ResourceStorageCollection, *, wanted: bool
    ) -> None:
        await resources.async_get_info()  # reads them from storage, which listing does not
        own = [item for item in resources.async_items() if _is_ours(item)]
        kept = own[:1] if wanted else []
        for item in own[len(kept) :]:
            await resources.async_delete_item(item["id"])
        if wanted and not kept:
            await resources.async_create_item({"res_type": "module", "url": self.url})
        for item in kept:
            if (item["type"], item["url"]) != ("module", self.url):
                update = {"res_type": "module", "url": self.url}
                await resources.async_update_item(item["id"], update)


CARD: HassKey[DashboardResource] = HassKey(f"{DOMAIN}_card")


async def async_setup_card(hass: HomeAssistant) -> None:
    """Serve the files, and look after the resource once somebody can load it."""
    version = await hass.async_add_executor_job(_version, _FOLDER)
    card = hass.data[CARD] = DashboardResource(hass, version)
    await hass.http.async_register_static_paths(
        [StaticPathConfig(card.folder_url, str(_FOLDER), cache_headers=True)]
    )

    async def fit(hass: HomeAssistant, component: str) -> None:
        await card.async_fit()

    async_when_setup(hass, _FRONTEND, fit)


async def async_remove_card(hass: HomeAssistant) -> None:
    """Remove the resource with the last entry.

    Entries that were disabled when Home Assistant started have set nothing up, and the resource is
    from before.
    """
    await hass.data.setdefault(CARD, DashboardResource(hass, _NOT_SERVED)).async_fit()


def _is_ours(item: dict[str, Any]) -> bool:
    return str(item.get("url")).startswith(f"{_PATH}/")


def _version(folder: Path) -> str:
    """Return a hash of all files of a folder, short enough for an address."""
    digest = sha256()
    for path in sorted(filter(Path.is_file, folder.iterdir())):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
