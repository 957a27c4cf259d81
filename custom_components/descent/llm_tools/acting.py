"""Tools that ask something of a treadmill: to arm, to change, to calm, to stop.

What an assistant may do there is in ``limits``.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.llm import LLMContext
import probatio as vol

from ..const import DOMAIN
from ..coordinator import TreadmillCoordinator
from ..permissions import async_require_control, controls_of
from ..targets import loaded, treadmills_named
from ..training.events import State
from ..units import SPEEDS
from .base import CALMS, MOVES, RUNNER, SESSION, Arguments, TreadmillTool, loaded_treadmills
from .facts import plan_in_short
from .limits import require_standing_belt

# Whatever is allowed to people: a belt never starts because a language model decided so (rule R2).
BY_HAND = {"press_start": True}
_STARTED = {**RUNNER, **SESSION}
_SKIPPED = {
    vol.Optional(
        "confirm",
        description=(
            "True to leave even an unfinished warm-up. Only if the runner has been told how much "
            "is missing, and wants to"
        ),
        default=False,
    ): cv.boolean,
}
_TARGETS = {
    vol.Optional("speed", description="Belt speed, in speed_unit"): vol.Coerce(float),
    vol.Optional("nudge_speed", description="Change of speed, in speed_unit"): vol.Coerce(float),
    vol.Optional(
        "speed_unit",
        description="The unit the runner named. By default that of the speeds you are told",
    ): vol.In(SPEEDS),
    vol.Optional(
        "incline", description="Slope in percent, uphill positive, downhill negative"
    ): vol.Coerce(float),
    vol.Optional("decline", description="Slope downhill in percent, 0 or more"): vol.Coerce(float),
    vol.Optional(
        "nudge_incline", description="Change of slope in percent; steeper downhill is negative"
    ): vol.Coerce(float),
}


class MovingTool(TreadmillTool):
    """Asks something of a treadmill, within what an assistant may do."""

    annotations = MOVES
    of_session = True

    @override
    async def _answer(
        self, hass: HomeAssistant, asked: Arguments, llm_context: LLMContext
    ) -> dict[str, Any]:
        coordinator = self._treadmill(hass, asked, llm_context)
        controls = controls_of(self.action, asked)
        await async_require_control(coordinator, llm_context.context, controls)
        self._require(coordinator, asked)
        answer = await self._act(coordinator, asked, llm_context)
        return await self._told(coordinator, llm_context) | self._more(coordinator, answer)

    def _require(self, coordinator: TreadmillCoordinator, asked: Arguments) -> None:
        """Raise ``Withheld`` for what an assistant may not do now."""

    def _more(self, coordinator: TreadmillCoordinator, answer: Any) -> dict[str, Any]:
        """Tell more than how it stands then."""
        return {}


class StartSessionTool(MovingTool):
    """Arms a session (rule R2)."""

    action = "start_session"
    always = BY_HAND
    of_session = False
    title = "Start a treadmill session"
    description = (
        "Arms a session on a standing treadmill. The belt does not move: the runner has 120 "
        "seconds to press Start on the treadmill, tell them so. For numbers of the plan use "
        "descent__preview_session."
    )
    fields = _STARTED

    @override
    def _require(self, coordinator: TreadmillCoordinator, asked: Arguments) -> None:
        require_standing_belt(coordinator)

    @override
    def _more(self, coordinator: TreadmillCoordinator, answer: Any) -> dict[str, Any]:
        if answer is None:
            return {}
        return {"plan": plan_in_short(answer, coordinator.scripts[answer["session"]])}


class PauseTool(MovingTool):
    """Brings the belt to a stop gently."""

    action = "pause"
    title = "Pause the treadmill session"
    description = "Brings the belt to a stop gently and keeps the place in the session."
    annotations = CALMS


class ResumeTool(MovingTool):
    """Goes on with a session whose belt stands, by arming it again."""

    action = "resume"
    always = BY_HAND
    title = "Resume the treadmill session"
    description = (
        "Goes on after a pause or a suspension, or when an exercise beside the belt is done. The "
        "belt has to stand: this arms the session again, and the runner presses Start on the "
        "treadmill. Only when the runner asks for it, never because a session happens to be paused."
    )

    @override
    def _require(self, coordinator: TreadmillCoordinator, asked: Arguments) -> None:
        require_standing_belt(coordinator)


class SkipTool(MovingTool):
    """Goes to the next step."""

    action = "skip"
    always = BY_HAND
    title = "Skip a step of the treadmill session"
    description = "Leaves the current step of the session and goes to the next one."
    fields = _SKIPPED

    @override
    def _require(self, coordinator: TreadmillCoordinator, asked: Arguments) -> None:
        if coordinator.view().state is State.WAITING:  # the belt comes next
            require_standing_belt(coordinator)


class SetTargetTool(MovingTool):
    """Changes speed or slope of a belt that moves."""

    action = "set_target"
    title = "Set speed or slope of the treadmill"
    description = (
        "Asks for a speed or a slope of a treadmill whose belt moves, absolute or by so much. Only "
        "with numbers the runner has said, or 0.5 for faster, slower, steeper and flatter. Convert "
        "to km/h first. The change comes in small, safe steps, within the limits of the runner."
    )
    fields = _TARGETS


class StopTool(TreadmillTool):
    """Stops belts, whoever asks and whatever else is wrong with how they ask (rule R4)."""

    action = "stop"
    title = "Stop the treadmill"
    description = (
        "Stops the belt now and ends the session. Always works. All treadmills, if none is named, "
        "or if there is none of that name. Ask nothing before. If the belt does not stop, the "
        "runner uses the safety key."
    )
    annotations = CALMS

    @override
    async def _answer(
        self, hass: HomeAssistant, asked: Arguments, llm_context: LLMContext
    ) -> dict[str, Any]:
        data: dict[str, str] = {}
        meant = loaded_treadmills(hass)
        if "treadmill" in asked:
            with suppress(ServiceValidationError):
                named = str(asked["treadmill"])
                meant = [loaded(entry) for entry in treadmills_named(hass, named)]
                data = {"treadmill": named}
        await hass.services.async_call(
            DOMAIN, self.action, data, blocking=True, context=llm_context.context
        )
        return {"treadmills": [await self._told(coordinator, llm_context) for coordinator in meant]}
