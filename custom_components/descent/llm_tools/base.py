"""What all tools for language models have in common: arguments in, facts or an error out.

A tool performs the action of its name, with the context of who asks: what a slider or an automation
cannot do, it cannot do either. Whatever cannot be done is a result that says why, and then nothing
has changed.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, override

from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.intent import is_blank_slot_value
from homeassistant.helpers.llm import LLMContext, Tool, ToolAnnotations, ToolInput, ToolResult
import probatio as vol

from ..const import DOMAIN
from ..coordinator import TreadmillCoordinator
from ..entries import WORKING
from ..permissions import async_may_read
from ..targets import treadmill_meant, treadmills, treadmills_named
from ..units import units_of
from .facts import in_units, status
from .limits import WithheldError

READS = ToolAnnotations(read_only=True, destructive=False, idempotent=True, open_world=False)
MOVES = ToolAnnotations(destructive=True, idempotent=False, open_world=False)
# No program should ask "are you sure?" before a belt slows down.
CALMS = ToolAnnotations(destructive=False, idempotent=True, open_world=False)

LONGEST_ERROR = 1000  # an error that lists every session there is fits

type Arguments = Mapping[str, Any]

_NUMBER_OR_WORD = vol.Any(vol.Coerce(float), cv.string)
_OVERRIDES = vol.Schema(
    {
        vol.Optional(name): _NUMBER_OR_WORD
        for name in ("reps", "sets", "distance", "duration", "decline", "effort", "recovery")
    },
    extra=vol.ALLOW_EXTRA,
)
RUNNER = {
    vol.Optional(
        "runner", description="Name of who runs, none for a guest. By default who is selected"
    ): cv.string
}
SESSION = {
    vol.Optional(
        "session", description="Id or name of a session. By default the selected one"
    ): cv.string,
    vol.Optional(
        "overrides",
        description="What differs from the session as it is written, in the units of parameters",
    ): _OVERRIDES,
}


class TreadmillTool(Tool):
    """Something to ask a treadmill, or of it."""

    integration = DOMAIN
    action: str
    fields: Mapping[Any, Any] = {}
    always: Mapping[str, Any] = {}  # told to the action whatever was asked
    of_session = False  # whether it is about a session under way

    def __init__(self, names: list[str]) -> None:
        """Take the names of the treadmills there are."""
        self.name = f"{DOMAIN}__{self.action}"
        described = f"Name of the treadmill: {', '.join(names)}. By default the nearest"
        self.parameters = vol.Schema(
            {vol.Optional("treadmill", description=described): cv.string, **self.fields}
        )

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext
    ) -> ToolResult:
        """Do it, or say why it cannot be done."""
        asked = {
            key: value
            for key, value in tool_input.tool_args.items()
            if not is_blank_slot_value(value)
        }
        try:
            told = await self._answer(hass, asked, llm_context)
            return ToolResult(data=in_units(units_of(hass), told))
        except (HomeAssistantError, vol.Invalid) as error:
            text = str(error)[:LONGEST_ERROR]
            return ToolResult(data={"error": _key_of(error), "error_text": text}, error=True)

    @abstractmethod
    async def _answer(
        self, hass: HomeAssistant, asked: Arguments, llm_context: LLMContext
    ) -> dict[str, Any]:
        """Do it. Raises ``HomeAssistantError`` or ``Invalid``."""

    def _treadmill(
        self, hass: HomeAssistant, asked: Arguments, llm_context: LLMContext
    ) -> TreadmillCoordinator:
        """Find the treadmill that is meant, once what was asked makes sense."""
        self.parameters(dict(asked))
        named = asked.get("treadmill")
        found = None if named is None else treadmills_named(hass, str(named))
        return treadmill_meant(hass, found, llm_context.device_id, of_session=self.of_session)

    async def _act(
        self, coordinator: TreadmillCoordinator, asked: Arguments, llm_context: LLMContext
    ) -> Any:
        """Perform the action; values go to it as they came, as it is the one to judge them.

        What it would tell beside what it does is left to those who may read it.
        """
        supported = coordinator.hass.services.supports_response(DOMAIN, self.action)
        answers = supported is SupportsResponse.ONLY or (
            supported is SupportsResponse.OPTIONAL
            and await async_may_read(coordinator, llm_context.context)
        )
        return await coordinator.hass.services.async_call(
            DOMAIN,
            self.action,
            {**asked, **self.always, "treadmill": coordinator.config_entry.entry_id},
            blocking=True,
            context=llm_context.context,
            return_response=answers,
        )

    async def _told(
        self, coordinator: TreadmillCoordinator, llm_context: LLMContext
    ) -> dict[str, Any]:
        """Tell how a treadmill stands; nothing but its name to those who may not read it."""
        if await async_may_read(coordinator, llm_context.context):
            return status(coordinator)
        return {"treadmill": coordinator.name}


def loaded_treadmills(hass: HomeAssistant) -> list[TreadmillCoordinator]:
    """Return the treadmills that are set up."""
    return [entry.runtime_data for entry in treadmills(hass) if entry.state in WORKING]


def _key_of(error: HomeAssistantError | vol.Invalid) -> str:
    """Return what to tell an error by."""
    if isinstance(error, vol.Invalid):
        return "invalid"
    if isinstance(error, WithheldError):
        return error.key
    if isinstance(error, Unauthorized):
        return "not_allowed"
    return error.translation_key or "failed"
