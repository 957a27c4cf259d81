"""Config flow: what to add, a virtual treadmill, a runner, and what is allowed later.

Real treadmills are asked about in flows/machines.py.

Nothing here reloads an entry: the entries' update listener applies every edit in place, because a
reload in the middle of a run would drop the link to the machine.
"""

from __future__ import annotations

from typing import Any, override

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult, OptionsFlow
from homeassistant.core import callback

from . import const
from .const import (
    CONF_KIND,
    DOMAIN,
    KIND_BLUETOOTH,
    KIND_NETWORK,
    KIND_RUNNER,
    KIND_VIRTUAL_TREADMILL,
)
from .flows import forms
from .flows.machines import MachineFlow
from .flows.options import TreadmillOptionsFlow

_NEW_TREADMILL = {
    "name": "Virtual treadmill",
    "preset": "typical",
    "min_incline": -6.0,
    "max_incline": 15.0,
    "max_speed": 22.0,
    "time_scale": 1,
}
_NEW_RUNNER = {
    "level": "beginner",
    "hill_experience": False,
    "joint_issues": False,
    "walk_kmh": 5.0,
}


class DescentConfigFlow(MachineFlow, domain=DOMAIN):
    """Add or change a treadmill or a runner."""

    VERSION = 1
    MINOR_VERSION = 1

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Choices for treadmills."""
        return TreadmillOptionsFlow()

    @classmethod
    @callback
    @override
    def async_supports_options_flow(cls, config_entry: ConfigEntry) -> bool:
        """Whether there is anything to choose: runners and ignored discoveries control nothing."""
        return config_entry.data.get(CONF_KIND) not in {None, KIND_RUNNER}

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what to add."""
        return self.async_show_menu(
            step_id="user",
            menu_options=[KIND_BLUETOOTH, KIND_NETWORK, KIND_VIRTUAL_TREADMILL, KIND_RUNNER],
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change an entry: the questions are those of its kind."""
        match self._get_reconfigure_entry().data[CONF_KIND]:
            case const.KIND_RUNNER:
                return await self.async_step_runner()
            case const.KIND_VIRTUAL_TREADMILL:
                return await self.async_step_virtual_treadmill()
        return await self.async_step_machine()

    async def async_step_virtual_treadmill(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask about a virtual treadmill."""
        units = self.hass.config.units
        errors: dict[str, str] = {}
        if user_input is not None:
            typed = forms.flat(user_input, "advanced")
            values, errors = forms.read_quantities(
                forms.TREADMILL, typed, units, self._known(_NEW_TREADMILL)
            )
            name, name_error = forms.read_name(typed["name"], self._taken(KIND_VIRTUAL_TREADMILL))
            if name_error:
                errors["name"] = name_error
            if not errors:
                self._data = {
                    "kind": KIND_VIRTUAL_TREADMILL,
                    "name": name,
                    "preset": typed["preset"],
                    **values,
                }
                if self._reconfiguring:
                    return self._changed()
                return await self.async_step_control()
        else:
            known = self._known(_NEW_TREADMILL)
            shown = known | forms.show_quantities(forms.TREADMILL, known, units)
            user_input = shown | {"advanced": shown}
        return self.async_show_form(
            step_id=KIND_VIRTUAL_TREADMILL,
            data_schema=self.add_suggested_values_to_schema(
                forms.treadmill_schema(units), user_input
            ),
            errors=forms.placed(errors, hidden=("time_scale",)),
            description_placeholders=forms.ranges(forms.TREADMILL, units),
            last_step=self._reconfiguring,
        )

    async def async_step_runner(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask a runner five questions, and some more."""
        units = self.hass.config.units
        errors: dict[str, str] = {}
        if user_input is not None:
            typed = forms.flat(user_input, "more")
            values, errors = forms.read_quantities(
                forms.RUNNER, typed, units, self._known(_NEW_RUNNER)
            )
            name, name_error = forms.read_name(typed["name"], self._taken(KIND_RUNNER))
            if name_error:
                errors["name"] = name_error
            five_k_s, five_k_error = forms.read_five_k(typed.get("five_k"))
            if five_k_error:
                errors["five_k"] = five_k_error
            if not errors:
                self._data = {
                    "kind": KIND_RUNNER,
                    "name": name,
                    "level": typed["level"],
                    "hill_experience": typed["hill_experience"],
                    "joint_issues": typed["joint_issues"],
                    "five_k_s": five_k_s,
                    **values,
                }
                if self._reconfiguring:
                    return self._changed()
                return self.async_create_entry(title=name, data=self._data)
        else:
            known = self._known(_NEW_RUNNER)
            shown = known | {"five_k": forms.show_five_k(known.get("five_k_s"))}
            user_input = shown | {"more": forms.show_quantities(forms.RUNNER, known, units)}
        return self.async_show_form(
            step_id=KIND_RUNNER,
            data_schema=self.add_suggested_values_to_schema(forms.runner_schema(units), user_input),
            errors=forms.placed(errors, hidden=forms.RUNNER),
            description_placeholders=forms.ranges(forms.RUNNER, units),
            last_step=True,
        )
