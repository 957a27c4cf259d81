"""There is one set of devices, and nothing to ask."""

from __future__ import annotations

from typing import Any, override

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult

from .const import DOMAIN


class StandInDevicesFlow(ConfigFlow, domain=DOMAIN):
    """Adds the devices."""

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Make the entry."""
        return self.async_create_entry(title="Stand-in devices", data={})
