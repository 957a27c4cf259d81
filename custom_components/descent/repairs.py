"""Repair flows: what to do about an issue, from within Home Assistant."""

from __future__ import annotations

from typing import override

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant
import probatio as vol

from .coordinator import TreadmillConfigEntry
from .decline_issue import async_try_again
from .entries import WORKING
from .flows.forms import choice
from .issues import DECLINE_WRONG_WAY, SPEED_UNIT
from .speed_unit_issue import async_choose, measured_unit, units


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Explain; confirming ends the issue, and has a deck that went the wrong way tried again."""
    if issue_id.startswith(DECLINE_WRONG_WAY):
        return _TryDeclineAgain()
    if issue_id.startswith(SPEED_UNIT):
        return _ChooseSpeedUnit()
    return ConfirmRepairFlow()


class _TryDeclineAgain(ConfirmRepairFlow):
    """The user has put right what was wrong with the deck."""

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Confirm it."""
        entry: TreadmillConfigEntry | None = self.hass.config_entries.async_get_entry(
            str((self.data or {}).get("entry_id"))
        )
        if user_input is not None and entry is not None and entry.state in WORKING:
            async_try_again(entry.runtime_data)
        return await super().async_step_confirm(user_input)


class _ChooseSpeedUnit(RepairsFlow):
    """The owner says what the speeds of a treadmill are in."""

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_unit()

    async def async_step_unit(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask, and have what is known of its speeds converted with the answer."""
        entry = self.hass.config_entries.async_get_entry(str((self.data or {}).get("entry_id")))
        if entry is None:
            return self.async_create_entry(data={})
        if user_input is not None:
            async_choose(self.hass, entry, user_input[SPEED_UNIT])
            return self.async_create_entry(data={})
        schema = vol.Schema({vol.Required(SPEED_UNIT): choice(units(entry), SPEED_UNIT)})
        return self.async_show_form(
            step_id="unit",
            data_schema=self.add_suggested_values_to_schema(
                schema, {SPEED_UNIT: measured_unit(entry)}
            ),
            description_placeholders={"name": entry.title},
        )
