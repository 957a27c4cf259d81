"""A real treadmill, as a user adds one: found by Bluetooth behind a proxy, or by its host and port.

Every form is left as it is suggested, except where somebody at this machine would change it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from .client import Client, Json, RefusedError
from .instance import HOST
from .machine import Simulated
from .seed import DOMAIN, async_loaded

FLOWS = "/api/config/config_entries/flow"

_DISCOVERY_S = 60.0  # a treadmill shows itself twice a second; typically one second
_PROBE_S = 60.0
_POLL_S = 0.2

# The runner presses Start, and lets Descent do the rest.
_ANSWERS: dict[str, Json] = {"control": {"acknowledge": True, "start_belt": False}}


async def async_add_real(client: Client, machine: Simulated) -> str:
    """Add the treadmill; returns its entry id. Raises ``RefusedError``."""
    if machine.link == "proxy":
        await client.async_flow("esphome", {"host": HOST, "port": machine.port})
        step = await client.async_get(f"{FLOWS}/{await _async_discovered(client)}")
        answers = _ANSWERS
    else:
        step = await client.async_post(FLOWS, {"handler": DOMAIN})
        where = {"host": HOST, "port": machine.port}
        answers = _ANSWERS | {"user": {"next_step_id": "network"}, "network": where}
    async with asyncio.timeout(_PROBE_S):
        entry = await async_walk(client, step, answers)
    return await async_loaded(client, entry["entry_id"])


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
            step = await client.async_post(path, form | answers.get(str(name), {}))
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
