"""Real automations that write down what they were told, and a session for them to hear."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.descent.runtime.broadcast import Broadcast, Happening
from custom_components.descent.training.events import Cue, CueKind, Fault, Reason, Resume
from tests.flow_entries import add_sessions
from tests.mock_entries import (
    console_of,
    coordinator_of,
    hear_cues,
    is_faster_than,
    runner_entry,
    set_up,
    treadmill_entry,
    until,
)

HEARD = "automation_ran"
# Everything a session has, in under four minutes, with a step beside the belt in the middle.
BRIEF = """
name: Brief descents
level: any
steps:
  - warm_up: {for: 40 s, pace: 4.5 km/h}
  - drills: {for: 20 s, items: [leg_swings]}
  - repeat: 2
    steps:
      - descent:  {for: 30 s, decline: 2, pace: walk}
      - recovery: {for: 45 s, pace: 4.0 km/h}
  - cool_down: {for: 30 s, pace: 4.0 km/h}
"""


type Entries = tuple[MockConfigEntry, MockConfigEntry]  # a treadmill and a runner


async def add_entries(hass: HomeAssistant, folder: Path) -> Entries:
    """Set up a treadmill and a runner who knows the brief session."""
    add_sessions(hass, folder, brief=BRIEF)
    runner = await set_up(hass, runner_entry())
    return await set_up(hass, treadmill_entry()), runner


async def automate(hass: HomeAssistant, *automations: dict[str, Any]) -> list[dict[str, Any]]:
    """Set automations up; returns the list of what each run of theirs was told, as it grows."""
    heard: list[dict[str, Any]] = []

    @callback
    def hear(event: Event) -> None:
        heard.append(event.data["trigger"])

    hass.bus.async_listen(HEARD, hear)
    run = {"event": HEARD, "event_data": {"trigger": "{{ trigger }}"}}
    config = [{"mode": "parallel", "max": 99, "actions": [run], **one} for one in automations]
    assert await async_setup_component(hass, "automation", {"automation": config})
    await hass.async_block_till_done()
    return heard


def on(
    trigger: str, target: dict[str, Any], *conditions: dict[str, Any], **options: Any
) -> dict[str, Any]:
    """Write an automation that begins with a trigger of Descent."""
    begin = {"trigger": f"descent.{trigger}", "target": target, "options": options}
    return {"alias": trigger, "triggers": [begin], "conditions": list(conditions)}


def asking(condition: str, target: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Write a condition of Descent."""
    return {"condition": f"descent.{condition}", "target": target, "options": options}


def told(heard: Iterable[dict[str, Any]], name: str) -> list[Any]:
    """Return one fact of everything that was heard."""
    return [one[name] for one in heard]


def happen(hass: HomeAssistant, entry: MockConfigEntry, what: Happening | None = None) -> None:
    """Let something happen on a treadmill: a fault, if nothing else is said."""
    broadcast = Broadcast(hass, entry.entry_id, lambda cue: "")
    broadcast.begin()
    broadcast.tell((what or Fault(Reason.REJECTED),))


async def arm(entry: MockConfigEntry, runner: MockConfigEntry, session: str = "brief") -> None:
    """Arm a session, as soon as there is contact with the treadmill."""
    await until(entry, is_faster_than(-1))
    await coordinator_of(entry).async_start_session(session, runner.entry_id, {})


async def begin(entry: MockConfigEntry, runner: MockConfigEntry) -> None:
    """Bring a session into its warm-up, and the belt to speed: nothing is in flight any more.

    A hand at the console is one then. In the middle of a ramp it may also be a command that shows
    no effect.
    """
    await arm(entry, runner)
    console_of(entry).press_start()
    await until(entry, is_faster_than(4.4))


async def run(hass: HomeAssistant, entry: MockConfigEntry, runner: MockConfigEntry) -> None:
    """Run a whole session, with a runner who does what is asked."""
    coordinator = coordinator_of(entry)

    def play(cue: Cue, text: str) -> None:
        if cue.kind is CueKind.CONFIRM:
            hass.async_create_task(coordinator.async_request(Resume()))
        if cue.key == "arm_press_start":
            console_of(entry).press_start()

    hear_cues(hass, entry, play)
    await arm(entry, runner)
    await until(entry, lambda record: record["type"] == "summary")
    await hass.async_block_till_done()
