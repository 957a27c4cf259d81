"""Actions: what automations, scripts, voices and dashboards ask for.

Everything that cannot be done is a translated error, and then nothing has changed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
import math
from typing import Any

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util.json import JsonValueType
import probatio as vol

from .as_dict import plan_as_dict
from .blueprints import ImportResult, async_import
from .const import DOMAIN
from .coordinator import TreadmillCoordinator
from .offers import offer_as_dict, offered
from .permissions import async_require_control, async_require_read, controls_of
from .session_library import LIBRARY, async_reload_sessions
from .session_problems import problem_lines
from .targets import (
    async_stop_all,
    invalid,
    runner_of,
    session_of,
    treadmill_of,
    treadmills,
    treadmills_named,
)
from .training.events import Aim, Pause, Resume, Skip
from .training.model import Range
from .units import SPEEDS, Unit, units_of

type _Handler = Callable[[ServiceCall, TreadmillCoordinator], Awaitable[ServiceResponse]]


def _finite(value: Any) -> float:
    number = math.nan if isinstance(value, bool) else float(vol.Coerce(float)(value))
    if not math.isfinite(number):
        raise vol.Invalid("expected a number")
    return number


def _parameter(value: Any) -> float | str:
    """Keep a whole number as it was given: a refusal says 99, not 99.0."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    given: float | str = vol.Any(_finite, cv.string)(value)
    return given


_TREADMILL = {vol.Optional("treadmill"): cv.string}
_RUNNER = {vol.Optional("runner"): cv.string}
_SESSION = {
    vol.Optional("session"): cv.string,
    vol.Optional("overrides", default=dict): {cv.string: _parameter},
}
_BY_HAND = {vol.Optional("press_start", default=False): cv.boolean}
_CONFIRM = {vol.Optional("confirm", default=False): cv.boolean}
_SPEEDS = ("speed", "nudge_speed")
_INCLINES = ("incline", "decline", "nudge_incline")
_TARGETS = {
    **{vol.Optional(key): _finite for key in (*_SPEEDS, *_INCLINES)},
    vol.Optional("speed_unit"): vol.In(SPEEDS),
}


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register the actions. They stay while there is no treadmill, and say so."""

    @callback
    def register(
        name: str, handler: Any, schema: dict[Any, Any], response: SupportsResponse
    ) -> None:
        hass.services.async_register(
            DOMAIN, name, handler, vol.Schema(schema), supports_response=response
        )

    def about_one(
        name: str,
        handler: _Handler,
        schema: dict[Any, Any],
        response: SupportsResponse = SupportsResponse.NONE,
        *,
        of_session: bool,
    ) -> None:
        """Register an action for one treadmill: found as ``of_session`` says, and permitted."""

        async def act(call: ServiceCall) -> ServiceResponse:
            coordinator = treadmill_of(call, of_session=of_session)
            controls = controls_of(name, call.data)
            await async_require_control(coordinator, call.context, controls)
            if call.return_response:
                await async_require_read(coordinator, call.context)
            return await handler(call, coordinator)

        register(name, act, {**_TREADMILL, **schema}, response)

    what = {**_RUNNER, **_SESSION}
    only, optional = SupportsResponse.ONLY, SupportsResponse.OPTIONAL
    about_one("start_session", _start_session, {**what, **_BY_HAND}, optional, of_session=False)
    about_one("preview_session", _preview_session, what, only, of_session=False)
    about_one("list_sessions", _list_sessions, _RUNNER, only, of_session=False)
    about_one("pause", _pause, {}, of_session=True)
    about_one("resume", _resume, _BY_HAND, of_session=True)
    about_one("skip", _skip, {**_CONFIRM, **_BY_HAND}, of_session=True)
    about_one("set_target", _set_target, _TARGETS, of_session=True)
    register("stop", _stop, _TREADMILL, SupportsResponse.NONE)
    async_register_admin_service(
        hass,
        DOMAIN,
        "reload",
        _reload,
        vol.Schema({}),
        supports_response=SupportsResponse.OPTIONAL,
    )
    # It writes files that automations are made of: for administrators, like Home Assistant's own.
    async_register_admin_service(
        hass,
        DOMAIN,
        "import_blueprints",
        _import_blueprints,
        vol.Schema({}),
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _start_session(call: ServiceCall, coordinator: TreadmillCoordinator) -> ServiceResponse:
    if not coordinator.data.connected:
        raise invalid("no_contact")
    plan = await coordinator.async_start_session(
        session_of(call, coordinator),
        runner_of(call, coordinator),
        call.data["overrides"],
        by_hand=call.data["press_start"],
    )
    return plan_as_dict(plan) if call.return_response else None


async def _preview_session(call: ServiceCall, coordinator: TreadmillCoordinator) -> ServiceResponse:
    plan = coordinator.preview(
        session_of(call, coordinator), runner_of(call, coordinator), call.data["overrides"]
    )
    return plan_as_dict(plan)


async def _list_sessions(call: ServiceCall, coordinator: TreadmillCoordinator) -> ServiceResponse:
    offers = offered(coordinator, runner_of(call, coordinator))
    return {"sessions": [offer_as_dict(offer) for offer in offers]}


async def _pause(call: ServiceCall, coordinator: TreadmillCoordinator) -> None:
    await coordinator.async_request(Pause())


async def _resume(call: ServiceCall, coordinator: TreadmillCoordinator) -> None:
    await coordinator.async_request(Resume(by_hand=call.data["press_start"]))


async def _skip(call: ServiceCall, coordinator: TreadmillCoordinator) -> None:
    skip = Skip(confirmed=call.data["confirm"], by_hand=call.data["press_start"])
    await coordinator.async_request(skip)


async def _stop(call: ServiceCall) -> None:
    """Stop one treadmill, or all of them: nobody is asked which one, nor who it is (rule R4)."""
    named = call.data.get("treadmill")
    known = treadmills(call.hass) if named is None else treadmills_named(call.hass, named)
    await async_stop_all(known)


async def _set_target(call: ServiceCall, coordinator: TreadmillCoordinator) -> None:
    machine = coordinator.machine
    shown, asked = coordinator.data, call.data
    for alternatives in (_SPEEDS, _INCLINES):
        given = [key for key in alternatives if key in asked]
        if len(given) > 1:
            raise invalid("contradiction", fields=", ".join(given))
    if not any(key in asked for key in (*_SPEEDS, *_INCLINES)):
        raise invalid("nothing_to_set")

    incline = asked.get("incline")
    if "decline" in asked:
        if asked["decline"] < 0:
            raise invalid("decline_negative")
        incline = 0.0 - asked["decline"]
    if "nudge_incline" in asked:
        incline = nudged(
            shown.target_incline_pct, shown.incline_pct, asked["nudge_incline"], machine.incline
        )
    if incline is not None and incline < 0 and not machine.declines:
        raise invalid("no_decline")
    unit, speed = _speed_unit(call), None
    if "speed" in asked:
        speed = unit.asked(asked["speed"], machine.speed)
    if "nudge_speed" in asked:
        view, by = coordinator.view(), unit.metric_of(asked["nudge_speed"])
        permitted = view.speed_range if incline is None else view.speed_range_at(incline)
        speed = nudged(shown.target_speed_kmh, shown.speed_kmh, by, permitted)
    await coordinator.async_request(Aim(speed_kmh=speed, incline_pct=incline))


def _speed_unit(call: ServiceCall) -> Unit:
    """Return the unit of the speeds of a call: the one it names, or else the user's."""
    named = call.data.get("speed_unit")
    return units_of(call.hass).speed if named is None else SPEEDS[named]


def nudged(wished: float | None, measured: float | None, by: float, limits: Range) -> float:
    """Change what is wished, or else measured, as far as the machine goes.

    Raises ``ServiceValidationError`` while neither is known.
    """
    return limits.clamp(nudge_base(wished, measured) + by)


def nudge_base(wished: float | None, measured: float | None) -> float:
    """Return what a nudge starts from.

    Raises ``ServiceValidationError`` while nothing is known.
    """
    base = measured if wished is None else wished
    if base is None:
        raise invalid("nothing_to_nudge")
    return base


async def _reload(call: ServiceCall) -> ServiceResponse:
    errors = await async_reload_sessions(call.hass)
    return {
        "sessions": list[JsonValueType](sorted(call.hass.data[LIBRARY].scripts)),
        "errors": list[JsonValueType](
            f"{error.source}, {line}"
            for error in errors
            for line in problem_lines(call.hass, error)
        ),
    }


async def _import_blueprints(call: ServiceCall) -> ServiceResponse:
    report = await async_import(call.hass)
    text = await report.async_text(call.hass)
    if report.errors and not call.return_response:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="blueprints_not_imported",
            translation_placeholders={"report": text},
        )
    return {
        **{result.value: list[JsonValueType](report.names(result)) for result in ImportResult},
        "errors": {str(published): error for published, error in report.errors.items()},
        "report": text,
    }
