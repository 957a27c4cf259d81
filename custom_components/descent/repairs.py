"""Repair flows: what to do about an issue, from within Home Assistant."""

from __future__ import annotations

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.core import HomeAssistant


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Damaged storage is the only issue with a flow: it explains, and confirming ends it."""
    return ConfirmRepairFlow()
