"""WebSocket commands of the card and of the demonstration.

``descent/live`` subscribes to one treadmill: a snapshot first and whenever something has changed
(``offers_changed`` in it says that ``descent/sessions`` has another answer now), and every record
of the journal as it is written (last of all ``{"type": "closed"}`` when the treadmill is reloaded
or removed, or may not be read any more: subscribe again). ``descent/sessions`` says what there is
to run, ``descent/plan`` works a session out without starting it, and ``descent/act`` performs an
action: Home Assistant's own command for that logs an error for whatever is refused, but what a
runner may not do now belongs on the screen, and not into the log.
"""

from __future__ import annotations

from datetime import timedelta
from functools import wraps
import time
from typing import Any

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import (
    ERR_INVALID_FORMAT,
    ERR_SERVICE_VALIDATION_ERROR,
    ERR_UNAUTHORIZED,
    ActiveConnection,
    WebSocketCommandHandler,
    async_response,
    websocket_command,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import probatio as vol

from ..as_dict import lap_as_dict, moment_as_dict, plan_as_dict, summary_as_dict
from ..const import DOMAIN
from ..coordinator import TreadmillCoordinator
from ..offers import offer_on_screen, offered
from ..permissions import require_read
from ..runtime.journal import Record
from ..snapshot import Snapshot
from ..targets import invalid, loaded, treadmills
from ..training.events import Summary
from ..training.model import Plan

_TREADMILL: dict[str | vol.Marker, Any] = {
    vol.Exclusive("entry_id", "treadmill"): str,
    vol.Exclusive("device_id", "treadmill"): str,
}
_RUNNER: dict[str | vol.Marker, Any] = {vol.Optional("runner"): vol.Any(None, str)}
ACTIONS = ("start_session", "pause", "resume", "skip", "stop", "set_target")


@callback
def async_setup_live(hass: HomeAssistant) -> None:
    """Register the commands."""
    websocket_api.async_register_command(hass, live)
    websocket_api.async_register_command(hass, sessions)
    websocket_api.async_register_command(hass, preview)
    websocket_api.async_register_command(hass, act)


def _tell(connection: ActiveConnection, msg: dict[str, Any], refused: HomeAssistantError) -> None:
    """Answer with a refusal.

    Home Assistant would do that too, and log an error: but a refusal is none. What fails is, so
    that is left to it.
    """
    unauthorized = isinstance(refused, Unauthorized)
    connection.send_error(
        msg["id"],
        ERR_UNAUTHORIZED if unauthorized else ERR_SERVICE_VALIDATION_ERROR,
        str(refused),
        translation_key=refused.translation_key,
        translation_domain=refused.translation_domain,
        translation_placeholders=refused.translation_placeholders,
    )


def _told(handler: WebSocketCommandHandler) -> WebSocketCommandHandler:
    """Answer with what a handler refuses."""

    @callback
    @wraps(handler)
    def answer(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
        try:
            handler(hass, connection, msg)
        except (ServiceValidationError, Unauthorized) as refused:
            _tell(connection, msg, refused)

    return answer


@websocket_command({vol.Required("type"): "descent/live", **_TREADMILL})
@_told
def live(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Send a snapshot, and then what happens."""
    coordinator = _treadmill(hass, connection, msg)
    number, context = msg["id"], connection.context(msg)

    @callback
    def send(record: Record) -> None:
        try:
            # Once more, as what a user may read can have changed since.
            require_read(coordinator, connection.user, context)
        except Unauthorized:
            connection.subscriptions.pop(number, end)()
            record = {"type": "closed"}
        connection.send_event(number, record)

    screen = _Screen(coordinator)
    unlisten = (
        coordinator.journal.subscribe(send),
        coordinator.async_add_listener(lambda: send(screen.next())),
    )

    @callback
    def end() -> None:
        for ended in unlisten:
            ended()

    connection.subscriptions[number] = end
    connection.send_result(number)
    send(screen.next() | {"trace": coordinator.trace.points()})


class _Screen:
    """What one screen has been sent of a treadmill: large things only go out when they are new."""

    def __init__(self, coordinator: TreadmillCoordinator) -> None:
        """Have sent nothing yet."""
        self._coordinator = coordinator
        self._sent: tuple[Plan | None, Summary | None] | None = None
        self._offered = coordinator.choices

    def next(self) -> Record:
        """Return what is true now."""
        snapshot = self._coordinator.snapshot()
        record: Record = {"type": "snapshot", "t": round(snapshot.elapsed_s, 3)}
        record |= moment_as_dict(snapshot) | self._on_screen(snapshot)
        if (choices := self._coordinator.choices) != self._offered:
            self._offered = choices
            record["offers_changed"] = True
        large = (snapshot.plan, snapshot.summary)
        known, self._sent = self._sent, large
        if known is None or known[0] is not large[0]:
            record["plan"] = None if snapshot.plan is None else plan_as_dict(snapshot.plan)
        if known is None or known[1] is not large[1]:
            record["summary"] = _with_laps(snapshot)
        return record

    def _on_screen(self, snapshot: Snapshot) -> Record:
        """Add what only screens care about."""
        coordinator = self._coordinator
        view, scale = coordinator.view(), coordinator.clock.scale

        def wall(left_s: float | None) -> str | None:
            if left_s is None:
                return None
            return (dt_util.utcnow() + timedelta(seconds=left_s / scale)).isoformat()

        cue = snapshot.cue
        return {
            "entry_id": coordinator.config_entry.entry_id,
            "name": coordinator.config_entry.title,
            "sent": time.time(),
            "scale": scale,
            "controls": view.permissions.control,
            "plan_s": None if view.plan_s is None else round(view.plan_s, 1),
            "step_left_m": None if view.step_left_m is None else round(view.step_left_m, 1),
            "arming_ends": wall(view.arming_left_s),
            "belt_starts": wall(view.belt_starts_in_s),
            "confirmation": view.confirmation,
            "cue": None
            if cue is None
            else {
                "key": cue.key,
                "kind": cue.kind.value,
                "text": coordinator.announcer.render(cue),
            },
        }


def _with_laps(snapshot: Snapshot) -> Record | None:
    plan, summary = snapshot.plan, snapshot.summary
    if plan is None or summary is None:
        return None
    laps = [{"phase": lap.phase.value, "rep": lap.rep, **lap_as_dict(lap)} for lap in summary.laps]
    return summary_as_dict(summary) | {"name": plan.name, "laps": laps}


@websocket_command({vol.Required("type"): "descent/sessions", **_TREADMILL, **_RUNNER})
@_told
def sessions(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Send what there is to run, for a runner as in ``descent/plan``, and who can run it."""
    coordinator = _treadmill(hass, connection, msg)
    runner = msg.get("runner", coordinator.selected_runner)
    connection.send_result(
        msg["id"],
        {
            "session": coordinator.selected_session,
            "runner": runner,
            "runners": [
                {"entry_id": known.entry_id, "name": known.name, "level": known.runner.level}
                for known in coordinator.choices.runners
            ],
            "sessions": [offer_on_screen(offer) for offer in offered(coordinator, runner)],
        },
    )


@websocket_command(
    {
        vol.Required("type"): "descent/plan",
        **_TREADMILL,
        vol.Required("session"): str,
        **_RUNNER,
        vol.Optional("overrides", default=dict): {str: vol.Any(vol.Coerce(float), str)},
    }
)
@_told
def preview(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Send a plan. ``runner`` is an entry id, null for nobody, and the selected one if left out."""
    coordinator = _treadmill(hass, connection, msg)
    runner = msg.get("runner", coordinator.selected_runner)
    plan = coordinator.preview(msg["session"], runner, msg["overrides"])
    connection.send_result(msg["id"], plan_as_dict(plan))


@websocket_command(
    {
        vol.Required("type"): "descent/act",
        vol.Required("action"): vol.In(ACTIONS),
        vol.Optional("data", default=dict): dict,
    }
)
@async_response
async def act(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Perform an action for the user of the screen; ``data`` are its fields."""
    context = connection.context(msg)
    try:
        await hass.services.async_call(
            DOMAIN, msg["action"], msg["data"], blocking=True, context=context
        )
    except vol.Invalid as error:
        connection.send_error(msg["id"], ERR_INVALID_FORMAT, str(error))
    except (ServiceValidationError, Unauthorized) as refused:
        _tell(connection, msg, refused)
    else:
        connection.send_result(msg["id"])


def _treadmill(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> TreadmillCoordinator:
    """Find the treadmill a message is about, for somebody who may be told about it.

    Raises ``ServiceValidationError`` or ``Unauthorized``.
    """
    coordinator = _named(hass, msg)
    require_read(coordinator, connection.user, connection.context(msg))
    return coordinator


def _named(hass: HomeAssistant, msg: dict[str, Any]) -> TreadmillCoordinator:
    """Find the treadmill that a message names. Raises ``ServiceValidationError``."""
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
