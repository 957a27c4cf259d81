"""Repair flows: what to do about an issue, from within Home Assistant."""

from __future__ import annotations

from typing import override

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant

from .const import DOMAIN
from .decline_issue import async_try_again
from .issues import DECLINE_WRONG_WAY


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Explain; confirming ends the issue, and has a deck that went the wrong way tried again."""
    if issue_id.startswith(DECLINE_WRONG_WAY):
        return _TryDeclineAgain()
    return ConfirmRepairFlow()


class _TryDeclineAgain(ConfirmRepairFlow):
    """The user has put right what was wrong with the deck."""

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Confirm it."""
        entries = {
            entry.entry_id: entry for entry in self.hass.config_entries.async_loaded_entries(DOMAIN)
        }
        entry = entries.get(str((self.data or {}).get("entry_id")))
        if user_input is not None and entry is not None:
            async_try_again(entry.runtime_data)
        return await super().async_step_confirm(user_input)
