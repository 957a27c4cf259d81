"""Tools for assistants with a language model, while there is a treadmill that is set up."""

from __future__ import annotations

from homeassistant.components.llm import LLMTools
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.llm import LLM_API_ASSIST, LLMContext

from .llm_tools.acting import (
    PauseTool,
    ResumeTool,
    SetTargetTool,
    SkipTool,
    StartSessionTool,
    StopTool,
)
from .llm_tools.base import TreadmillTool, loaded_treadmills
from .llm_tools.reading import ListSessionsTool, PreviewSessionTool, StatusTool
from .targets import treadmills

PROMPT = (
    "Descent runs sessions on a treadmill that slopes downhill, with a person on it. "
    "Do with it only what the user has just asked for. "
    "Starting and resuming only arm a session; never say that the belt runs unless descent__status "
    "has measured it. After every call tell the user what its what_next says. "
    "If anybody wants the treadmill to stop, call descent__stop at once and ask nothing."
)

TOOLS: tuple[type[TreadmillTool], ...] = (
    StatusTool,
    ListSessionsTool,
    PreviewSessionTool,
    StartSessionTool,
    PauseTool,
    ResumeTool,
    SkipTool,
    SetTargetTool,
    StopTool,
)


@callback
def async_get_tools(hass: HomeAssistant, llm_context: LLMContext, api_id: str) -> LLMTools | None:
    """Return the tools as long as there is a treadmill that is set up."""
    if api_id != LLM_API_ASSIST or not loaded_treadmills(hass):
        return None
    names = [entry.title for entry in treadmills(hass)]
    return LLMTools(tools=[tool(names) for tool in TOOLS], prompt=PROMPT)
