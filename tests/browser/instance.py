"""A real Home Assistant with a virtual treadmill and a runner, used through its API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from demo.client import Client, Json, RefusedError, async_tokens, connect
from demo.instance import Instance, free_port
from demo.seed import DOMAIN, TREADMILL, Machine, async_add_treadmill, async_entities, async_seed

ROOT = Path(__file__).parents[2]
# Seconds of a session in one. The two minutes in which Start has to be pressed are twenty seconds:
# a page on a busy machine can show them, and a test can look at them at every size.
SCALE = 6.0
SPRINTS = "descending_sprints"
# A session as somebody might write it who wants to break the card; and long, to be looked at.
HOSTILE = "hostile"
MARKUP = "<b>Bold</b> & <img src=x onerror=document.title='broken'>"
SESSION = f"""\
name: "{MARKUP}"
level: any
description: "{MARKUP}"
steps:
  - steady: {{for: 55 min, pace: easy}}
  - cool_down: {{for: 5 min, pace: walk}}
"""


@dataclass
class DemoInstance:
    """One Home Assistant, its treadmill, and what is done there without looking at a screen."""

    server: Instance
    client: Client
    connection: AsyncExitStack  # closes the client's
    entry: str  # of the treadmill
    device: str
    entities: dict[str, str]

    @property
    def card(self) -> Json:
        """The configuration of a session card for the treadmill."""
        return {
            "type": "custom:descent-session-card",
            "device": self.device,
            "grid_options": {"columns": "full"},
        }

    async def async_act(self, action: str, **data: Any) -> None:
        """Perform one of Descent's actions on the treadmill."""
        await self.client.async_action(DOMAIN, action, {"treadmill": self.entry} | data)

    async def async_press(self, key: str) -> None:
        """Press a key of the treadmill's console: start, stop, faster..."""
        await self.client.async_press(self.entities[f"button.console_{key}"])

    async def async_pull_key(self) -> None:
        """Pull the safety key."""
        await self.client.async_action(
            "switch", "turn_off", {}, entity_id=self.entities["switch.safety_key"]
        )

    async def async_rest(self) -> None:
        """End whatever is under way, and forget it."""
        with suppress(RefusedError):  # nothing is under way
            await self.async_act("stop")
        await self.client.async_post(f"/api/config/config_entries/entry/{self.entry}/reload", {})

    async def async_restart(self) -> None:
        """Stop Home Assistant and start it again."""
        await self.connection.aclose()
        await self.server.async_stop()
        self.server.start()
        self.client = await self.connection.enter_async_context(connect(self.server))

    async def async_strange_device(self) -> str:
        """Return the id of a device that another integration has made."""
        entry = (await self.client.async_flow("sun", {}))["entry_id"]
        return (await _async_found(self.client, entry))[1]

    async def async_tokens(self) -> Json:
        """Log in once more, for a browser."""
        async with aiohttp.ClientSession() as session:
            return await async_tokens(session, self.server.url)

    async def async_dashboard(self, path: str, *cards: Json) -> str:
        """Make a dashboard of one section; returns the path of its page."""
        await self.client.async_call("lovelace/dashboards/create", url_path=path, title="Test")
        section = {"type": "grid", "column_span": 2, "cards": list(cards)}
        view = {"type": "sections", "path": "0", "max_columns": 2, "sections": [section]}
        config = {"views": [view]}
        await self.client.async_call("lovelace/config/save", url_path=path, config=config)
        return f"/{path}/0"


@asynccontextmanager
async def instance_in(folder: Path) -> AsyncIterator[DemoInstance]:
    """Start a Home Assistant in ``folder`` and seed it; stops it at the end."""
    sessions = folder / "descent" / "sessions"
    sessions.mkdir(parents=True)
    (sessions / f"{HOSTILE}.yaml").write_text(SESSION, "utf-8")
    server = Instance(folder, free_port())
    server.prepare()
    server.start()
    machine = Machine(time_scale=SCALE)
    try:
        async with AsyncExitStack() as connection:
            client = await connection.enter_async_context(connect(server))
            await async_seed(client, lambda to: async_add_treadmill(to, machine))
            known = await client.async_call("config_entries/get", domain=DOMAIN)
            entry = next(one["entry_id"] for one in known if one["title"] == TREADMILL)
            yield DemoInstance(server, client, connection, *await _async_found(client, entry))
    finally:
        await server.async_stop()


@asynccontextmanager
async def another_in(instance: DemoInstance) -> AsyncIterator[DemoInstance]:
    """Add another treadmill, and return the same instance as if it were its only one."""
    entry = await async_add_treadmill(instance.client, Machine(name="Another", time_scale=SCALE))
    yield DemoInstance(
        instance.server,
        instance.client,
        instance.connection,
        *await _async_found(instance.client, entry),
    )
    await instance.client.async_delete(f"/api/config/config_entries/entry/{entry}")


async def _async_found(client: Client, entry: str) -> tuple[str, str, dict[str, str]]:
    devices = await client.async_call("config/device_registry/list")
    device = next(one["id"] for one in devices if entry in one["config_entries"])
    return entry, device, await async_entities(client, entry)
