"""The step of the options flow that imports the blueprints."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.exceptions import HomeAssistantError
import probatio as vol

from ..blueprints import PUBLISHED, Report, async_import


class BlueprintsStep(OptionsFlow):
    """Asks before it fetches anything, and says what became of it. No option changes."""

    async def async_step_blueprints(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say what is going to happen; import when that is confirmed."""
        unreachable = False
        if user_input is not None:
            try:
                return await self._told(await async_import(self.hass))
            except HomeAssistantError:
                unreachable = True
        return self.async_show_form(
            step_id="blueprints",
            data_schema=vol.Schema({}),
            errors={"base": "blueprints_unreachable"} if unreachable else {},
            description_placeholders={"count": str(len(PUBLISHED))},
            last_step=True,
        )

    async def _told(self, report: Report) -> ConfigFlowResult:
        return self.async_abort(
            reason="blueprints_imported",
            description_placeholders={"report": await report.async_text(self.hass)},
        )
