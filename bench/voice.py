"""From a sentence to an armed session, in Assist's own text path, in this process: wall time.

``after_a_change`` is the first sentence after names or sessions have changed: Assist reads all
sentence templates again then, those of other integrations and automations too.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from statistics import median, quantiles
import tempfile
import time
from types import MappingProxyType
from typing import Any

from homeassistant.bootstrap import async_setup_hass
from homeassistant.components.conversation import async_converse
from homeassistant.config_entries import SOURCE_USER, ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.runner import RuntimeConfig

from custom_components.descent.const import (
    ACKNOWLEDGEMENT_VERSION,
    DOMAIN,
    KIND_RUNNER,
    KIND_VIRTUAL_TREADMILL,
)
from custom_components.descent.training.events import State
from demo.instance import Instance, free_port

type Figures = dict[str, Any]

_OTHER = "stop the treadmill"
_SENTENCE = "please start descending sprints for Ada"
_TREADMILL = {
    "kind": KIND_VIRTUAL_TREADMILL,
    "name": "Treadmill",
    "preset": "typical",
    "min_incline": -6.0,
    "max_incline": 15.0,
    "max_speed": 20.0,
    "time_scale": 1,
}
_RUNNER = {
    "kind": KIND_RUNNER,
    "name": "Ada",
    "level": "intermediate",
    "hill_experience": True,
    "joint_issues": False,
    "five_k_s": 1500.0,
    "walk_kmh": 5.0,
}


def measure(rounds: int) -> Figures:
    """Return the figures of so many starts."""
    logging.disable(logging.CRITICAL)  # what a start complains of is for bench/core.py to judge
    try:
        with tempfile.TemporaryDirectory(
            prefix="descent-bench-", ignore_cleanup_errors=True
        ) as folder:
            return asyncio.run(_async_measure(Path(folder), rounds))
    finally:
        logging.disable(logging.NOTSET)


async def _async_measure(folder: Path, rounds: int) -> Figures:
    Instance(folder, free_port()).prepare()
    (folder / "configuration.yaml").write_text(
        "logger: {default: warning}\nconversation:\n", "utf-8"
    )
    hass = await async_setup_hass(RuntimeConfig(config_dir=str(folder), skip_pip=True))
    if hass is None:
        raise RuntimeError("Home Assistant did not start")
    await hass.async_start()
    try:
        await _async_add(hass, "Ada", _RUNNER, {})
        treadmill = await _async_add(
            hass, "Treadmill", _TREADMILL, {"acknowledged": ACKNOWLEDGEMENT_VERSION}
        )
        await hass.async_block_till_done()
        changed, same = [], []
        for _ in range(rounds):
            changed.append(await _async_start(hass, treadmill))
            await _async_stop(hass)
            await _async_say(hass, _OTHER)  # Assist has read everything again
            same.append(await _async_start(hass, treadmill))
            await _async_stop(hass)
        return {"sentence_to_armed_ms": _spread(same), "after_a_change_ms": _spread(changed)}
    finally:
        await hass.async_stop(force=True)


async def _async_add(
    hass: HomeAssistant, title: str, data: dict[str, Any], options: dict[str, Any]
) -> ConfigEntry[Any]:
    entry: ConfigEntry[Any] = ConfigEntry(
        data=data,
        discovery_keys=MappingProxyType({}),
        domain=DOMAIN,
        minor_version=1,
        options=options,
        source=SOURCE_USER,
        subentries_data=None,
        title=title,
        unique_id=None,
        version=1,
    )
    await hass.config_entries.async_add(entry)
    return entry


async def _async_say(hass: HomeAssistant, sentence: str) -> None:
    await async_converse(hass, sentence, None, Context(), language="en")
    await hass.async_block_till_done()


async def _async_start(hass: HomeAssistant, treadmill: ConfigEntry[Any]) -> float:
    began = time.perf_counter()
    await async_converse(hass, _SENTENCE, None, Context(), language="en")
    took = time.perf_counter() - began
    if treadmill.runtime_data.data.state is not State.ARMED:
        raise RuntimeError("The session was not armed")
    await hass.async_block_till_done()
    return took


async def _async_stop(hass: HomeAssistant) -> None:
    await hass.services.async_call(DOMAIN, "stop", {}, blocking=True)
    await hass.async_block_till_done()


def _spread(seconds: list[float]) -> Figures:
    return {
        "median": round(median(seconds) * 1000, 1),
        "p95": round(quantiles(seconds, n=20, method="inclusive")[-1] * 1000, 1),
        "worst": round(max(seconds) * 1000, 1),
    }
