"""There is one gym, and nothing to ask."""

from __future__ import annotations

from typing import Any, override

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult

from .const import DOMAIN


class GymFlow(ConfigFlow, domain=DOMAIN):
    """Adds the gym."""

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Make the entry."""
        return self.async_create_entry(title="Gym", data={})
