"""WebSocket commands of the card and of the demonstration.

``descent/live`` subscribes to one treadmill: a snapshot first, then every record of the journal as
it is written (last of all ``{"type": "closed"}`` when the treadmill is reloaded or removed:
subscribe again). ``descent/plan`` works a session out without starting it.
"""

from __future__ import annotations

from typing import Any

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import websocket_command
from homeassistant.components.websocket_api.messages import event_message
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
import probatio as vol

from .const import DOMAIN
from .coordinator import TreadmillCoordinator
from .journal import Record
from .snapshot import plan_as_dict, snapshot_as_dict
from .targets import invalid, loaded, treadmills

_TREADMILL: dict[str | vol.Marker, Any] = {
    vol.Exclusive("entry_id", "treadmill"): str,
    vol.Exclusive("device_id", "treadmill"): str,
}


@callback
def async_setup_live(hass: HomeAssistant) -> None:
    """Register the commands."""
    websocket_api.async_register_command(hass, live)
    websocket_api.async_register_command(hass, preview)


@websocket_command({vol.Required("type"): "descent/live", **_TREADMILL})
@callback
def live(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Send a snapshot, and then what happens."""
    coordinator = _treadmill(hass, msg)
    number = msg["id"]

    @callback
    def send(record: Record) -> None:
        connection.send_message(event_message(number, record))

    connection.subscriptions[number] = coordinator.journal.subscribe(send)
    connection.send_result(number)
    snapshot = snapshot_as_dict(coordinator.conductor.snapshot())
    send({"type": "snapshot", "t": snapshot["elapsed_s"]} | snapshot)


@websocket_command(
    {
        vol.Required("type"): "descent/plan",
        **_TREADMILL,
        vol.Required("session"): str,
        vol.Optional("runner"): vol.Any(None, str),
        vol.Optional("overrides", default=dict): {str: vol.Any(vol.Coerce(float), str)},
    }
)
@callback
def preview(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Send a plan. ``runner`` is an entry id, null for nobody, and the selected one if left out."""
    coordinator = _treadmill(hass, msg)
    runner = msg.get("runner", coordinator.selected_runner)
    plan = coordinator.preview(msg["session"], runner, msg["overrides"])
    connection.send_result(msg["id"], plan_as_dict(plan))


def _treadmill(hass: HomeAssistant, msg: dict[str, Any]) -> TreadmillCoordinator:
    """Find the treadmill a message is about.

    Raises ``ServiceValidationError``, which the client gets with its translation key.
    """
    known = treadmills(hass)
    owner = None
    if "device_id" in msg:
        _, owner = dr.async_get_device_and_config_entry_for_domain(
            hass, msg["device_id"], domain=DOMAIN
        )
    for entry in known:
        if entry is owner or entry.entry_id == msg.get("entry_id"):
            return loaded(entry)
    raise invalid(
        "no_such_treadmill",
        treadmill=msg.get("entry_id", msg.get("device_id", "-")),
        names=", ".join(entry.title for entry in known) or "-",
    )
