"""An assistant with a language model, at Home Assistant's own API for them."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import llm
from homeassistant.setup import async_setup_component

from tests import flow_entries


async def set_up(hass: HomeAssistant) -> None:
    """Have the API that assistants use."""
    for component in ("homeassistant", "llm"):
        assert await async_setup_component(hass, component, {})


async def assistant(
    hass: HomeAssistant, *, user_id: str | None = None, device_id: str | None = None
) -> llm.APIInstance:
    """Return what an assistant is offered."""
    asking = llm.LLMContext(
        platform="test",
        context=Context(user_id=user_id),
        language="en",
        assistant="conversation",
        device_id=device_id,
    )
    return await llm.async_get_api(hass, llm.LLM_API_ASSIST, asking)


async def offered(hass: HomeAssistant) -> dict[str, llm.Tool]:
    """Return Descent's tools by the name behind the prefix."""
    api = await assistant(hass)
    return {
        tool.name.removeprefix("descent__"): tool
        for tool in api.tools
        if tool.integration == "descent"
    }


async def use(
    hass: HomeAssistant,
    tool: str,
    *,
    user_id: str | None = None,
    device_id: str | None = None,
    **arguments: Any,
) -> Any:
    """Use a tool that must do what it is asked."""
    api = await assistant(hass, user_id=user_id, device_id=device_id)
    result = await api.async_call_tool(llm.ToolInput(f"descent__{tool}", arguments))
    assert not result.error, result.data
    return result.data


async def refused(
    hass: HomeAssistant,
    tool: str,
    *,
    user_id: str | None = None,
    device_id: str | None = None,
    **arguments: Any,
) -> tuple[str, str]:
    """Use a tool that must refuse; return the key and the text of its error."""
    api = await assistant(hass, user_id=user_id, device_id=device_id)
    result = await api.async_call_tool(llm.ToolInput(f"descent__{tool}", arguments))
    assert result.error, result.data
    assert set(result.data) == {"error", "error_text"}
    return str(result.data["error"]), str(result.data["error_text"])


def session_state(hass: HomeAssistant, entry: ConfigEntry[Any]) -> str:
    """Return where the session of a treadmill stands."""
    return flow_entries.shown(hass, entry, "sensor", "session_state").state


async def run(hass: HomeAssistant, entry: ConfigEntry[Any], session: str = "easy_recovery") -> None:
    """Arm a session and let the runner start the belt."""
    await flow_entries.act(hass, "start_session", treadmill=entry.entry_id, session=session)
    await flow_entries.press(hass, entry, "console_start")
    await flow_entries.until_state(hass, entry, "sensor", "session_state", "running")
