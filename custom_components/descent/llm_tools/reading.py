"""Tools that only tell, to those who may read."""

from __future__ import annotations

from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers.llm import LLMContext

from ..permissions import async_may_read, async_require_read
from .base import READS, RUNNER, SESSION, Arguments, TreadmillTool, loaded_treadmills
from .facts import plan_in_short, status

_PREVIEWED = {**RUNNER, **SESSION}


class StatusTool(TreadmillTool):
    """Tells how it stands."""

    action = "status"
    title = "Treadmill status"
    description = (
        "How the treadmill and the session on it stand: state, phase, repetition, time left, "
        "metres down, measured and target speed and incline, next step, and what the runner can "
        "do. Without a name: of all treadmills."
    )
    annotations = READS

    @override
    async def _answer(
        self, hass: HomeAssistant, asked: Arguments, llm_context: LLMContext
    ) -> dict[str, Any]:
        if "treadmill" in asked:
            meant = [self._treadmill(hass, asked, llm_context)]
        else:
            self.parameters(dict(asked))
            meant = loaded_treadmills(hass)
        told = [each for each in meant if await async_may_read(each, llm_context.context)]
        if meant and not told:
            await async_require_read(meant[0], llm_context.context)
        return {"treadmills": [status(each) for each in told]}


class ListSessionsTool(TreadmillTool):
    """Tells which sessions there are."""

    action = "list_sessions"
    title = "List treadmill sessions"
    description = (
        "All sessions there are, for one runner on one treadmill: minutes, metres down, level, or "
        "why it is locked."
    )
    annotations = READS
    fields = RUNNER

    @override
    async def _answer(
        self, hass: HomeAssistant, asked: Arguments, llm_context: LLMContext
    ) -> dict[str, Any]:
        coordinator = self._treadmill(hass, asked, llm_context)
        answer = await self._act(coordinator, asked, llm_context)
        told = ("id", "name", "level", "minutes", "descent_m", "reps", "locked")
        return {
            "treadmill": coordinator.name,
            "sessions": [
                {key: session[key] for key in told if key in session}
                for session in answer["sessions"]
            ],
        }


class PreviewSessionTool(TreadmillTool):
    """Tells what a session would be."""

    action = "preview_session"
    title = "Preview a treadmill session"
    description = (
        "What a session would amount to: minutes, metres down, its parts, and its parameters with "
        "what is allowed. Starts nothing."
    )
    annotations = READS
    fields = _PREVIEWED

    @override
    async def _answer(
        self, hass: HomeAssistant, asked: Arguments, llm_context: LLMContext
    ) -> dict[str, Any]:
        coordinator = self._treadmill(hass, asked, llm_context)
        plan = await self._act(coordinator, asked, llm_context)
        return plan_in_short(plan, coordinator.scripts[plan["session"]])
