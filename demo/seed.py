"""What a new user does once: a treadmill and a runner through the config flow, and a dashboard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .client import Client, Json, RefusedError

DOMAIN = "descent"
DASHBOARD = "descent-demo"
DASHBOARD_CONFIG = {"strategy": {"type": "custom:descent"}}  # Descent's own, made of what is there
TREADMILL = "Treadmill"
RUNNER = "Alex"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Answers of the treadmill's form."""

    name: str = TREADMILL
    preset: str = "typical"
    min_incline: float = -6.0
    max_incline: float = 15.0
    max_speed: float = 20.0
    time_scale: float = 1.0
    start_belt: bool = False  # the runner presses Start, as on a real machine


async def async_add_treadmill(client: Client, machine: Machine) -> str:
    """Add a virtual treadmill; returns its entry id. Raises ``RefusedError``."""
    entry = await client.async_flow(
        DOMAIN,
        {"next_step_id": "virtual_treadmill"},
        {
            "name": machine.name,
            "preset": machine.preset,
            "min_incline": machine.min_incline,
            "max_incline": machine.max_incline,
            "max_speed": machine.max_speed,
            "more": {"time_scale": machine.time_scale},
        },
        {"acknowledge": True, "start_belt": machine.start_belt},
    )
    return await async_loaded(client, entry["entry_id"])


async def async_add_runner(client: Client, level: str = "intermediate") -> str:
    """Add the reference runner (5 km in 25:00) at a level; returns the entry id."""
    entry = await client.async_flow(
        DOMAIN,
        {"next_step_id": "runner"},
        {
            "name": RUNNER,
            "level": level,
            "five_k": {"hours": 0, "minutes": 25, "seconds": 0},
            "hill_experience": True,
            "joint_issues": False,
            "more": {"walk_kmh": 5.0},
        },
    )
    return await async_loaded(client, entry["entry_id"])


async def async_loaded(client: Client, entry_id: str) -> str:
    """Return the id of an entry that works. Raises ``RefusedError`` for one that does not."""
    entry = (await client.async_call("config_entries/get_single", entry_id=entry_id))[
        "config_entry"
    ]
    if entry["state"] != "loaded":
        raise RefusedError(
            f"{entry['title']}: {entry['state']}, {entry['reason'] or 'see the log'}"
        )
    return entry_id


async def async_entities(client: Client, entry_id: str) -> dict[str, str]:
    """Return the entity ids of a config entry by platform and key, like ``button.start``."""
    registry: list[Json] = await client.async_call("config/entity_registry/list")
    entities = {}
    for entity in registry:
        if entity["config_entry_id"] == entry_id:
            platform = entity["entity_id"].partition(".")[0]
            entities[f"{platform}.{entity['translation_key']}"] = entity["entity_id"]
    return entities


async def async_seed(client: Client, add: Callable[[Client], Awaitable[str]] | None = None) -> None:
    """Leave a Home Assistant in which a session is one tap away. May be called again.

    ``add`` adds the treadmill, a virtual one unless told otherwise, and returns its entry id.
    """
    known: list[Json] = await client.async_call("config_entries/get", domain=DOMAIN)
    treadmills = [entry["entry_id"] for entry in known if entry["title"] != RUNNER]
    if len(treadmills) == len(known):
        await async_add_runner(client)
    if not treadmills and add is not None:
        await add(client)
    elif not treadmills:
        await async_add_treadmill(client, Machine())
    dashboards: list[Json] = await client.async_call("lovelace/dashboards/list")
    for other in dashboards:
        # Finishing the onboarding makes a map, and there is nothing to see on it.
        if other["url_path"] == "map":
            await client.async_call("lovelace/dashboards/delete", dashboard_id=other["id"])
    if DASHBOARD not in {other["url_path"] for other in dashboards}:
        await client.async_call(
            "lovelace/dashboards/create",
            url_path=DASHBOARD,
            title="Descent",
            icon="mdi:slope-downhill",
            require_admin=False,
            show_in_sidebar=True,
            mode="storage",
        )
    await client.async_call("lovelace/config/save", url_path=DASHBOARD, config=DASHBOARD_CONFIG)
    # Opened first, for everybody who has not chosen another one.
    await client.async_call(
        "frontend/set_system_data", key="core", value={"default_panel": DASHBOARD}
    )
