"""The blueprints of this repository, imported on request through Home Assistant's own importer.

A file that is there already is never written to: it may be somebody's own copy by now.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import ClientError
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.translation import async_get_translations
import probatio as vol

from .const import DOMAIN

if TYPE_CHECKING:
    from homeassistant.components.blueprint.importer import ImportedBlueprint
    from homeassistant.components.blueprint.models import DomainBlueprints

_LOGGER = logging.getLogger(__name__)

FOLDER = "https://github.com/descent-ha/descent/blob/main/blueprints"
FETCH_S = 10  # what Home Assistant's own dialog waits for one
_TEXTS = f"component.{DOMAIN}.selector.blueprints.options."
BLUEPRINT = "blueprint"  # the domain of Home Assistant's own
# What a page that is no blueprint makes of the importer: it asserts that YAML is a mapping. The
# importer is private to Home Assistant, and may have moved.
_NO_BLUEPRINT = (HomeAssistantError, vol.Invalid, AssertionError, ImportError)


@dataclass(frozen=True, slots=True)
class Published:
    """A blueprint of this repository."""

    domain: str  # of what it makes: automation or script
    name: str

    @property
    def url(self) -> str:
        """Where it is published; the ``source_url`` in it is the same."""
        return f"{FOLDER}/{self.domain}/{DOMAIN}/{self.name}.yaml"

    def __str__(self) -> str:
        return f"{self.domain}/{self.name}"


PUBLISHED = (
    *(
        Published("automation", name)
        for name in (
            "announcements",
            "fan_by_phase",
            "lights_by_phase",
            "music_by_phase",
            "room_ready",
            "safety_stop",
            "start_by_tag_or_button",
            "voice_sentence",
        )
    ),
    *(Published("script", name) for name in ("any_session", "descending_sprints")),
)


class ImportResult(StrEnum):
    """What became of a blueprint."""

    IMPORTED = "imported"
    UNCHANGED = "unchanged"  # there already, word for word
    KEPT = "kept"  # there already, and different: changed by somebody, or of another version
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the blueprints, and of those that failed, why."""

    results: dict[Published, ImportResult]
    errors: dict[Published, str] = field(default_factory=dict)

    def names(self, result: ImportResult) -> list[str]:
        """Return the blueprints with that result."""
        return [str(published) for published, known in self.results.items() if known is result]

    async def async_text(self, hass: HomeAssistant) -> str:
        """Say it in sentences, in Home Assistant's language."""
        texts = await async_get_translations(hass, hass.config.language, "selector", {DOMAIN})
        return "\n\n".join(
            texts[_TEXTS + result].format(names=", ".join(names))
            for result in ImportResult
            if (names := self.names(result))
        )


async def async_import(hass: HomeAssistant, wanted: Iterable[Published] = PUBLISHED) -> Report:
    """Import blueprints that are not there yet.

    Raises:
        HomeAssistantError: if none could be fetched.
    """
    asked = tuple(wanted)
    results: dict[Published, ImportResult] = {}
    errors: dict[Published, str] = {}
    fetched = await asyncio.gather(*(_fetch(hass, published) for published in asked))
    for published, found in zip(asked, fetched, strict=True):
        try:
            if isinstance(found, Exception):
                raise found
            results[published] = await _add(hass, published, found)
        except (*_NO_BLUEPRINT, ClientError, TimeoutError, OSError) as problem:
            results[published] = ImportResult.FAILED
            errors[published] = str(problem) or type(problem).__name__
    for published, error in errors.items():
        _LOGGER.warning("Blueprint %s was not imported: %s", published, error)
    if all(isinstance(found, (ClientError, TimeoutError)) for found in fetched):
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="blueprints_unreachable"
        )
    return Report(results, errors)


async def _fetch(hass: HomeAssistant, published: Published) -> ImportedBlueprint | Exception:
    try:
        from homeassistant.components.blueprint.importer import (  # noqa: PLC0415 - see above
            fetch_blueprint_from_url,
        )

        async with asyncio.timeout(FETCH_S):
            return await fetch_blueprint_from_url(hass, published.url)
    except (*_NO_BLUEPRINT, ClientError, TimeoutError) as error:
        return error


async def _add(hass: HomeAssistant, published: Published, found: ImportedBlueprint) -> ImportResult:
    from homeassistant.components.blueprint.errors import (  # noqa: PLC0415 - see above
        FileAlreadyExists,
    )

    blueprint, path = found.blueprint, f"{found.suggested_filename}.yaml"
    shelf: DomainBlueprints | None = hass.data.get(BLUEPRINT, {}).get(published.domain)
    if shelf is None or blueprint.domain != published.domain:
        raise HomeAssistantError(f"{published.domain} takes no such blueprint")
    if reasons := blueprint.validate():
        raise HomeAssistantError(", ".join(reasons))
    try:
        await shelf.async_add_blueprint(blueprint, path)
    except FileAlreadyExists:
        file = shelf.blueprint_folder / path
        there = await hass.async_add_executor_job(_read, file)
        return ImportResult.UNCHANGED if there == blueprint.yaml() else ImportResult.KEPT
    return ImportResult.IMPORTED


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")
