"""Actions: what automations, scripts, voices and dashboards ask for.

Everything that cannot be done is a translated error, and then nothing has changed.
"""

from __future__ import annotations

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
from .offers import offer_as_dict, offered
from .session_library import LIBRARY, async_reload_sessions
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
_SPEEDS = ("speed", "nudge_speed")
_INCLINES = ("incline", "decline", "nudge_incline")
_TARGETS = {vol.Optional(key): _finite for key in (*_SPEEDS, *_INCLINES)}


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

    plain = SupportsResponse.NONE
    who_and_what = {**_TREADMILL, **_RUNNER, **_SESSION}
    start = {**who_and_what, **_BY_HAND}
    register("start_session", _start_session, start, SupportsResponse.OPTIONAL)
    register("preview_session", _preview_session, who_and_what, SupportsResponse.ONLY)
    register("list_sessions", _list_sessions, {**_TREADMILL, **_RUNNER}, SupportsResponse.ONLY)
    register("pause", _pause, _TREADMILL, plain)
    register("resume", _resume, {**_TREADMILL, **_BY_HAND}, plain)
    confirm = {vol.Optional("confirm", default=False): cv.boolean}
    register("skip", _skip, {**_TREADMILL, **confirm, **_BY_HAND}, plain)
    register("stop", _stop, _TREADMILL, plain)
    register("set_target", _set_target, {**_TREADMILL, **_TARGETS}, plain)
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


async def _start_session(call: ServiceCall) -> ServiceResponse:
    coordinator = treadmill_of(call, of_session=False)
    if not coordinator.data.connected:
        raise invalid("no_contact")
    plan = await coordinator.async_start_session(
        session_of(call, coordinator),
        runner_of(call, coordinator),
        call.data["overrides"],
        by_hand=call.data["press_start"],
    )
    return plan_as_dict(plan) if call.return_response else None


async def _preview_session(call: ServiceCall) -> ServiceResponse:
    coordinator = treadmill_of(call, of_session=False)
    plan = coordinator.preview(
        session_of(call, coordinator), runner_of(call, coordinator), call.data["overrides"]
    )
    return plan_as_dict(plan)


async def _list_sessions(call: ServiceCall) -> ServiceResponse:
    coordinator = treadmill_of(call, of_session=False)
    offers = offered(coordinator, runner_of(call, coordinator))
    return {"sessions": [offer_as_dict(offer) for offer in offers]}


async def _pause(call: ServiceCall) -> None:
    await treadmill_of(call, of_session=True).async_request(Pause())


async def _resume(call: ServiceCall) -> None:
    await treadmill_of(call, of_session=True).async_request(
        Resume(by_hand=call.data["press_start"])
    )


async def _skip(call: ServiceCall) -> None:
    skip = Skip(confirmed=call.data["confirm"], by_hand=call.data["press_start"])
    await treadmill_of(call, of_session=True).async_request(skip)


async def _stop(call: ServiceCall) -> None:
    """Stop one treadmill, or all of them: whoever says stop is not asked which one (rule R4)."""
    named = call.data.get("treadmill")
    known = treadmills(call.hass) if named is None else treadmills_named(call.hass, named)
    await async_stop_all(known)


async def _set_target(call: ServiceCall) -> None:
    coordinator = treadmill_of(call, of_session=True)
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
    speed = asked.get("speed")
    if "nudge_speed" in asked:
        view = coordinator.view()
        permitted = view.speed_range if incline is None else view.speed_range_at(incline)
        speed = nudged(shown.target_speed_kmh, shown.speed_kmh, asked["nudge_speed"], permitted)
    await coordinator.async_request(Aim(speed_kmh=speed, incline_pct=incline))


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
        "errors": list[JsonValueType](str(error) for error in errors),
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
