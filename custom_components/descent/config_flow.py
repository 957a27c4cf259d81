"""Config flow: a virtual treadmill, or a runner.

Nothing here reloads an entry: the entries' update listener applies every edit in place, because a
reload in the middle of a run would drop the link to the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult, OptionsFlow
from homeassistant.core import HomeAssistant, callback

from . import forms
from .const import ACKNOWLEDGEMENT_VERSION, DOMAIN, KIND_RUNNER, KIND_VIRTUAL_TREADMILL
from .targets import NONE

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


class DescentConfigFlow(ConfigFlow, domain=DOMAIN):
    """Add or change a treadmill or a runner."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        """Start with no answers."""
        self._data: dict[str, Any] = {}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Choices about control, for treadmills."""
        return ControlOptionsFlow()

    @classmethod
    @callback
    @override
    def async_supports_options_flow(cls, config_entry: ConfigEntry) -> bool:
        """Whether there is anything to choose: a runner controls nothing."""
        return bool(config_entry.data["kind"] != KIND_RUNNER)

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what to add."""
        return self.async_show_menu(
            step_id="user", menu_options=[KIND_VIRTUAL_TREADMILL, KIND_RUNNER]
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change an entry: the questions are those of its kind."""
        if self._get_reconfigure_entry().data["kind"] == KIND_RUNNER:
            return await self.async_step_runner()
        return await self.async_step_virtual_treadmill()

    async def async_step_virtual_treadmill(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask about a virtual treadmill."""
        units = self.hass.config.units
        errors: dict[str, str] = {}
        if user_input is not None:
            typed = _flat(user_input, "advanced")
            values, errors = forms.read_quantities(forms.TREADMILL, typed, units)
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
                if self.source == "reconfigure":
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
            errors=_placed(errors, hidden=("time_scale",)),
            description_placeholders=forms.ranges(forms.TREADMILL, units),
            last_step=self.source == "reconfigure",
        )

    async def async_step_control(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the acknowledgement of automatic control (rule R1)."""
        units = self.hass.config.units
        errors: dict[str, str] = {}
        if user_input is not None:
            options, errors = _read_control(self.hass, user_input)
            if not errors:
                return self.async_create_entry(
                    title=self._data["name"], data=self._data, options=options
                )
        else:
            # Only a virtual belt starts by itself unless told otherwise (rule R2).
            user_input = {"acknowledge": False, "start_belt": True}
        return self.async_show_form(
            step_id="control",
            data_schema=self.add_suggested_values_to_schema(
                forms.control_schema(units), user_input
            ),
            errors=errors,
            description_placeholders=forms.ranges(forms.CONTROL, units),
            last_step=True,
        )

    async def async_step_runner(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask a runner five questions, and some more."""
        units = self.hass.config.units
        errors: dict[str, str] = {}
        if user_input is not None:
            typed = _flat(user_input, "more")
            values, errors = forms.read_quantities(forms.RUNNER, typed, units)
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
                if self.source == "reconfigure":
                    return self._changed()
                return self.async_create_entry(title=name, data=self._data)
        else:
            known = self._known(_NEW_RUNNER)
            shown = known | {"five_k": forms.show_five_k(known.get("five_k_s"))}
            user_input = shown | {"more": forms.show_quantities(forms.RUNNER, known, units)}
        return self.async_show_form(
            step_id=KIND_RUNNER,
            data_schema=self.add_suggested_values_to_schema(forms.runner_schema(units), user_input),
            errors=_placed(errors, hidden=forms.RUNNER),
            description_placeholders=forms.ranges(forms.RUNNER, units),
            last_step=True,
        )

    def _known(self, new: Mapping[str, Any]) -> dict[str, Any]:
        if self.source == "reconfigure":
            entry = self._get_reconfigure_entry()
            return {**entry.data, "name": entry.title}
        return dict(new)

    def _changed(self) -> ConfigFlowResult:
        return self.async_update_and_abort(
            self._get_reconfigure_entry(), title=self._data["name"], data=self._data
        )

    def _taken(self, kind: str) -> set[str]:
        """Names in use: two of a kind with one name cannot be told apart by voice."""
        own = self.context.get("entry_id")
        names = {
            entry.title.casefold()
            for entry in self._async_current_entries(include_ignore=False)
            if entry.data["kind"] == kind and entry.entry_id != own
        }
        return names | ({NONE} if kind == KIND_RUNNER else set())


class ControlOptionsFlow(OptionsFlow):
    """Change what Descent may do to a treadmill."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the acknowledgement and the choices again."""
        units = self.hass.config.units
        errors: dict[str, str] = {}
        if user_input is not None:
            options, errors = _read_control(self.hass, user_input)
            if not errors:
                return self.async_create_entry(data=options)
        else:
            options = dict(self.config_entry.options)
            acknowledged = options.get("acknowledged") == ACKNOWLEDGEMENT_VERSION
            user_input = {
                "acknowledge": acknowledged,
                "start_belt": options.get("start_belt", False),
                **forms.show_quantities(forms.CONTROL, options, units),
            }
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                forms.control_schema(units), user_input
            ),
            errors=errors,
            description_placeholders=forms.ranges(forms.CONTROL, units),
        )


def _read_control(
    hass: HomeAssistant, typed: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    values, errors = forms.read_quantities(forms.CONTROL, typed, hass.config.units)
    options = {
        "acknowledged": ACKNOWLEDGEMENT_VERSION if typed["acknowledge"] else 0,
        "start_belt": typed["start_belt"],
        **values,
    }
    return options, errors


def _flat(typed: Mapping[str, Any], folded: str) -> dict[str, Any]:
    """Lift the answers of a folded section to the others."""
    return {**typed, **typed[folded]}


def _placed(
    errors: Mapping[str, str], hidden: Mapping[str, Any] | tuple[str, ...]
) -> dict[str, str]:
    """Move errors of fields inside a section to the top of the form: a section shows none."""
    return {("base" if field in hidden else field): error for field, error in errors.items()}
