"""A real treadmill, as a user adds one: found by Bluetooth behind a proxy, or by its host and port.

Every form is left as it is suggested, except where somebody at this machine would change it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from .client import Client, Json, RefusedError
from .instance import HOST
from .machine import PROFILES, Simulated
from .seed import DOMAIN, async_entities, async_loaded

FLOWS = "/api/config/config_entries/flow"

_DISCOVERY_S = 60.0  # a treadmill shows itself twice a second; typically one second
_LOOK_S = 60.0
_MEASURED_S = 30.0  # typically one second
_POLL_S = 0.2


async def async_add_real(client: Client, machine: Simulated) -> str:
    """Add the treadmill, and wait until it measures; returns its entry id.

    Raises ``RefusedError``.
    """
    answers: dict[str, Json] = {
        # Not every machine says so, but its manual does.
        "machine": {"more": {"whole_percent": PROFILES[machine.profile].incline_step == 1}},
        # The runner presses Start, and lets Descent do the rest.
        "control": {"acknowledge": True, "start_belt": False},
    }
    where = {"host": HOST, "port": machine.port}
    if machine.link == "proxy":
        await client.async_flow("esphome", where)
        step = await client.async_get(f"{FLOWS}/{await _async_discovered(client)}")
    else:
        step = await client.async_post(FLOWS, {"handler": DOMAIN})
        answers |= {"user": {"next_step_id": "ftms_network"}, "ftms_network": where}
    try:
        async with asyncio.timeout(_LOOK_S):
            entry = await async_walk(client, step, answers)
    except TimeoutError as error:
        raise RefusedError(f"the treadmill was not looked at in {_LOOK_S:g} s") from error
    return await async_measured(client, await async_loaded(client, entry["entry_id"]))


async def async_measured(client: Client, entry_id: str) -> str:
    """Wait until a treadmill measures something; returns its entry id. Raises ``RefusedError``."""
    speed = (await async_entities(client, entry_id))["sensor.speed"]
    try:
        async with asyncio.timeout(_MEASURED_S):
            while True:
                state = (await client.async_get(f"/api/states/{speed}"))["state"]
                if state not in {"unknown", "unavailable"}:
                    return entry_id
                await asyncio.sleep(_POLL_S)
    except TimeoutError as error:
        raise RefusedError(f"the treadmill measured nothing in {_MEASURED_S:g} s") from error


async def async_walk(client: Client, step: Json, answers: Mapping[str, Json]) -> Json:
    """Go on with a config flow from ``step`` to its end; returns the entry it made.

    ``answers`` are those, by step, that differ from what a form suggests. Raises ``RefusedError``.
    """
    while step["type"] != "create_entry":
        name = step.get("step_id")
        if step["type"] not in {"form", "menu", "progress"} or step.get("errors"):
            raise RefusedError(f"{name}: {step.get('errors') or step.get('reason') or step}")
        path = f"{FLOWS}/{step['flow_id']}"
        if step["type"] == "progress":
            await asyncio.sleep(_POLL_S)
            step = await client.async_get(path)
        else:
            form = suggested(step.get("data_schema") or [])
            step = await client.async_post(path, _changed(form, answers.get(str(name), {})))
    result: Json = step["result"]
    return result


def suggested(schema: list[Any]) -> Json:
    """Return what a form holds when nobody has typed anything yet."""
    values: Json = {}
    for field in schema:
        name = field["name"]
        hint = (field.get("description") or {}).get("suggested_value", field.get("default"))
        if field.get("type") == "expandable":
            values[name] = suggested(field["schema"]) | (hint or {})
        elif hint is not None:
            values[name] = hint
    return values


def _changed(form: Json, answers: Json) -> Json:
    """Return a form with some answers changed, those in its sections too."""
    changed = form | answers
    for name, value in answers.items():
        if isinstance(value, dict):
            changed[name] = form.get(name, {}) | value
    return changed


async def _async_discovered(client: Client) -> str:
    """Wait until Home Assistant has discovered the treadmill; returns the flow that offers it."""
    try:
        async with asyncio.timeout(_DISCOVERY_S):
            while True:
                for flow in await client.async_call("config_entries/flow/progress"):
                    if flow["handler"] == DOMAIN and flow["context"]["source"] == "bluetooth":
                        return str(flow["flow_id"])
                await asyncio.sleep(_POLL_S)
    except TimeoutError as error:
        raise RefusedError(f"no treadmill was discovered in {_DISCOVERY_S:g} s") from error
