"""The options of a treadmill: what Descent may do to it, and who speaks for it.

Each page changes its own options and keeps the others. The entry's update listener applies them in
place, in the middle of a session too.
"""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigFlowResult

from . import announcements_form, control_form, forms
from .blueprints import BlueprintsStep


class TreadmillOptionsFlow(BlueprintsStep):
    """Changes the options of a treadmill."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what to change."""
        return self.async_show_menu(
            step_id="init", menu_options=["control", "announcements", "blueprints"]
        )

    async def async_step_control(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the acknowledgement and the choices about control again."""
        units = self.hass.config.units
        known = self.config_entry.options
        errors: dict[str, str] = {}
        if user_input is not None:
            options, errors = control_form.read(user_input, units, known)
            if not errors:
                return self._changed(options)
        else:
            user_input = control_form.shown(known, units)
        can_start = self.config_entry.data.get("can_start", True)
        return self.async_show_form(
            step_id="control",
            data_schema=self.add_suggested_values_to_schema(
                control_form.schema(units, can_start=can_start), user_input
            ),
            errors=errors,
            description_placeholders=forms.ranges(control_form.QUANTITIES, units),
            last_step=True,
        )

    async def async_step_announcements(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask who speaks for the treadmill, how much, and how late it is heard."""
        units = self.hass.config.units
        errors: dict[str, str] = {}
        if user_input is not None:
            voice, errors = announcements_form.read(user_input, units)
            if not errors:
                return self._changed({"announcements": voice})
        else:
            user_input = announcements_form.shown(self.config_entry.options.get("announcements"))
        return self.async_show_form(
            step_id="announcements",
            data_schema=self.add_suggested_values_to_schema(
                announcements_form.schema(units), user_input
            ),
            errors=errors,
            description_placeholders=forms.ranges(announcements_form.QUANTITIES, units),
            last_step=True,
        )

    def _changed(self, options: dict[str, Any]) -> ConfigFlowResult:
        return self.async_create_entry(data={**self.config_entry.options, **options})
