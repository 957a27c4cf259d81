"""Everything that happens in a running Home Assistant, in its order, as a browser is told of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from demo.client import Client, Json

PATIENCE_S = 60.0  # only a test that fails waits that long


@dataclass(frozen=True, slots=True)
class Change:
    """A state that an entity took."""

    at: float
    state: str
    attributes: Json


class Watch:
    """Remembers all events. Positions in them (``mark``) tell before from after."""

    def __init__(self, client: Client) -> None:
        """Have seen nothing yet."""
        self.events: list[Json] = []
        self._client = client
        self._news = asyncio.Event()

    def mark(self) -> int:
        """Return where we are."""
        return len(self.events)

    def fired(self, kind: str, since: int = 0, to: int | None = None) -> list[Json]:
        """Return the data of events of a kind."""
        events = self.events[since:to]
        return [event["data"] for event in events if event["event_type"] == kind]

    def changes(self, entity_id: str, since: int = 0, to: int | None = None) -> list[Change]:
        """Return what an entity became."""
        return [
            Change(
                at=datetime.fromisoformat(data["new_state"]["last_updated"]).timestamp(),
                state=data["new_state"]["state"],
                attributes=data["new_state"]["attributes"],
            )
            for data in self.fired("state_changed", since, to)
            if data["entity_id"] == entity_id and data["new_state"]
        ]

    def now(self, entity_id: str) -> Change:
        """Return what an entity is."""
        return self.changes(entity_id)[-1]

    async def until(self, what: str, holds: Callable[[], object]) -> None:
        """Wait for events until something holds."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not holds():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            seen = "\n".join(str(event) for event in self.events[-20:])
            raise AssertionError(f"waited in vain: {what}; the last events were\n{seen}") from None

    async def until_state(self, entity_id: str, state: str, since: int = 0) -> None:
        """Wait until an entity is in a state, and got there after a mark."""

        def holds() -> bool:
            return any(change.state == state for change in self.changes(entity_id, since)[-1:])

        await self.until(f"{entity_id} is {state}", holds)

    async def async_follow(self) -> None:
        """Take in what happens, from how things are now on."""
        happens = await self._client.async_subscribe("subscribe_events")
        for state in await self._client.async_call("get_states"):
            data = {"entity_id": state["entity_id"], "new_state": state}
            self.events.append({"event_type": "state_changed", "data": data})
        async for event in happens:
            self.events.append(event)
            self._news.set()


@asynccontextmanager
async def watching(client: Client) -> AsyncIterator[Watch]:
    """Watch, as long as the context lasts."""
    watch = Watch(client)
    following = asyncio.create_task(watch.async_follow())
    try:
        await watch.until("the first states", lambda: watch.events or following.done())
        yield watch
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
