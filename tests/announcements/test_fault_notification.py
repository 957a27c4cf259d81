"""Faults are shown as notifications until the session runs again."""

from __future__ import annotations

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, callback
import pytest

from custom_components.descent.runtime.broadcast import Happening, Told, async_tell
from custom_components.descent.training.events import Cue, CueKind, State, StateChanged
from tests import flow_entries
from tests.mock_entries import console_of, set_up, treadmill_entry

FAULT = Cue(kind=CueKind.FAULT, key="suspended_lost_contact")


@pytest.fixture
def shown(hass: HomeAssistant) -> dict[str, str]:
    """Return the notifications there are, by id."""
    notifications: dict[str, str] = {}

    @callback
    def update(
        kind: persistent_notification.UpdateType,
        changed: dict[str, persistent_notification.Notification],
    ) -> None:
        removed = kind is persistent_notification.UpdateType.REMOVED
        for key, notification in changed.items():
            notifications[key] = "" if removed else notification["message"]

    persistent_notification.async_register_callback(hass, update)
    return notifications


def happens(hass: HomeAssistant, entry_id: str, what: Happening, text: str = "") -> None:
    async_tell(hass, Told(entry_id, what, text))


async def test_a_fault_is_shown_until_the_session_runs_again(
    hass: HomeAssistant, shown: dict[str, str]
) -> None:
    entry = await set_up(hass, treadmill_entry())
    happens(hass, entry.entry_id, FAULT, "Lost contact.")
    happens(hass, entry.entry_id, StateChanged(State.SUSPENDED))
    assert shown == {f"descent_fault_{entry.entry_id}": "Lost contact."}
    happens(hass, entry.entry_id, StateChanged(State.RUNNING))
    assert shown == {f"descent_fault_{entry.entry_id}": ""}


async def test_a_fault_is_shown_until_the_belt_stands(
    hass: HomeAssistant, shown: dict[str, str]
) -> None:
    entry = await set_up(hass, treadmill_entry())
    await flow_entries.until_state(hass, entry, "sensor", "speed", "0.0")
    console_of(entry).press_start()
    await flow_entries.until_state(hass, entry, "binary_sensor", "belt_moving", "on")
    happens(hass, entry.entry_id, FAULT, "Hold the rails.")
    assert shown == {f"descent_fault_{entry.entry_id}": "Hold the rails."}
    console_of(entry).press_stop()
    await flow_entries.until_state(hass, entry, "binary_sensor", "belt_moving", "off")
    assert shown == {f"descent_fault_{entry.entry_id}": ""}


@pytest.mark.parametrize(
    ("fault", "still"), [(FAULT, ""), (Cue(kind=CueKind.FAULT, key="fault_wrong_way"), "Look out.")]
)
async def test_lost_contact_is_no_news_any_more_once_the_belt_is_seen_to_move(
    hass: HomeAssistant, shown: dict[str, str], fault: Cue, still: str
) -> None:
    entry = await set_up(hass, treadmill_entry())
    await flow_entries.until_state(hass, entry, "sensor", "speed", "0.0")
    happens(hass, entry.entry_id, fault, "Look out.")
    console_of(entry).press_start()
    await flow_entries.until_state(hass, entry, "binary_sensor", "belt_moving", "on")
    assert shown == {f"descent_fault_{entry.entry_id}": still}


async def test_only_faults_are_shown_and_only_of_this_treadmill(
    hass: HomeAssistant, shown: dict[str, str]
) -> None:
    entry = await set_up(hass, treadmill_entry())
    happens(hass, entry.entry_id, Cue(kind=CueKind.GO, key="go"), "Go.")
    happens(hass, "another", FAULT, "Lost contact.")
    assert shown == {}


async def test_a_removed_treadmill_takes_its_fault_with_it(
    hass: HomeAssistant, shown: dict[str, str]
) -> None:
    entry = await set_up(hass, treadmill_entry())
    happens(hass, entry.entry_id, FAULT, "Lost contact.")
    await hass.config_entries.async_remove(entry.entry_id)
    assert shown == {f"descent_fault_{entry.entry_id}": ""}


async def test_a_fault_is_over_when_another_session_is_armed(
    hass: HomeAssistant, shown: dict[str, str]
) -> None:
    entry = await set_up(hass, treadmill_entry())
    happens(hass, entry.entry_id, FAULT, "Lost contact.")
    happens(hass, entry.entry_id, StateChanged(State.ARMED))
    assert shown == {f"descent_fault_{entry.entry_id}": ""}
