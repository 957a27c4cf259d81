"""An assistant with a language model, in every test of the tools for it."""

from __future__ import annotations

from homeassistant.core import HomeAssistant
import pytest

from tests.llm_tools.assistant import set_up


@pytest.fixture(autouse=True)
async def assist_fixture(hass: HomeAssistant, hurried: None) -> None:
    """Have the API that assistants use, and publish measurements as they come."""
    await set_up(hass)
