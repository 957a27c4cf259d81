"""What the config flows of all treadmills have in common: the last question, and names in use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigFlow, ConfigFlowResult
from homeassistant.core import HomeAssistant

from ..const import ACKNOWLEDGEMENT_VERSION, CONF_KIND, KIND_RUNNER, KIND_VIRTUAL_TREADMILL
from ..targets import NONE
from . import forms


class TreadmillFlow(ConfigFlow):
    """Adds or changes an entry, whatever it is about."""

    def __init__(self) -> None:
        """Start with no answers."""
        self._data: dict[str, Any] = {}

    async def async_step_control(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the acknowledgement of automatic control (rule R1)."""
        units = self.hass.config.units
        errors: dict[str, str] = {}
        if user_input is not None:
            options, errors = read_control(self.hass, user_input)
            if not errors:
                return self._created(options)
        else:
            # Only a virtual belt starts by itself unless told otherwise (rule R2).
            virtual = self._data[CONF_KIND] == KIND_VIRTUAL_TREADMILL
            user_input = {"acknowledge": False, "start_belt": virtual}
        return self.async_show_form(
            step_id="control",
            data_schema=self.add_suggested_values_to_schema(
                forms.control_schema(units, can_start=self._data.get("can_start", True)), user_input
            ),
            errors=errors,
            description_placeholders=forms.ranges(forms.CONTROL, units),
            last_step=True,
        )

    @property
    def _reconfiguring(self) -> bool:
        return self.source == SOURCE_RECONFIGURE

    def _created(self, options: Mapping[str, Any] | None = None) -> ConfigFlowResult:
        return self.async_create_entry(
            title=self._data["name"], data=self._data, options=dict(options or {})
        )

    def _changed(self) -> ConfigFlowResult:
        """Take over an edit. The entry's update listener applies it: nothing here reloads."""
        return self.async_update_and_abort(
            self._get_reconfigure_entry(), title=self._data["name"], data=self._data
        )

    def _known(self, new: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a form begins with: the entry that is changed, or ``new``."""
        if self._reconfiguring:
            entry = self._get_reconfigure_entry()
            return {**entry.data, "name": entry.title}
        return dict(new)

    def _taken(self, kind: str) -> set[str]:
        """Names in use: two treadmills or two runners of one name cannot be told apart by voice."""
        own = self.context.get("entry_id")
        of_runners = kind == KIND_RUNNER
        names = {
            entry.title.casefold()
            for entry in self._async_current_entries(include_ignore=False)
            if (entry.data[CONF_KIND] == KIND_RUNNER) is of_runners and entry.entry_id != own
        }
        return names | ({NONE} if of_runners else set())


def read_control(
    hass: HomeAssistant, typed: Mapping[str, Any], known: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Take what is allowed out of the answers.

    Returns:
        The options of an entry, and error keys by field.
    """
    values, errors = forms.read_quantities(forms.CONTROL, typed, hass.config.units, known)
    options = {
        "acknowledged": ACKNOWLEDGEMENT_VERSION if typed["acknowledge"] else 0,
        "start_belt": typed.get("start_belt", False),
        **values,
    }
    return options, errors
