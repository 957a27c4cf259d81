"""Config flow of real treadmills: find one, look what it is, and ask what it did not say.

    found by itself     bluetooth, zeroconf -> confirm -+
    picked from a list  ftms_bluetooth -----------------+-> look -> machine -> control
    typed in            ftms_network -------------------+
    changed             reconfigure --------------------------------^

``look`` makes contact, reads, and lets go again: what fails there leads back to the question
before it, with the reason, to be tried once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
import logging
from typing import Any, override

from homeassistant.components import bluetooth
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_ADDRESS, CONF_HOST, CONF_NAME, CONF_PORT
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.helpers.translation import async_get_translations
import probatio as vol

from ..const import CONF_KIND, DIRCON_PORT, DOMAIN, KIND_BLUETOOTH, KIND_NETWORK
from ..runtime.connection import link_to
from ..treadmills.base import (
    Contact,
    ContactError,
    NotConnectedError,
    RejectedError,
    TreadmillError,
)
from ..treadmills.clock import Clock
from ..treadmills.ftms_options import FtmsOptions, shown_incline_range
from ..treadmills.probe import Found, probe
from . import advertised, forms, machine_form
from .treadmills import TreadmillFlow

_NAMELESS = "Treadmill"
# What contact can end in that somebody who adds a treadmill can do something about.
REASONS = frozenset(
    {
        Contact.NOT_FOUND,
        Contact.NO_SLOT,
        Contact.TAKEN,
        Contact.UNREACHABLE,
        Contact.UNSUITABLE,
    }
)
_TEXTS = f"component.{DOMAIN}.selector.found.options."

_READ_ONLY = {"acknowledged": 0, "start_belt": False, "max_speed": None}

_LOGGER = logging.getLogger(__name__)


class MachineFlow(TreadmillFlow):
    """Adds or changes a real treadmill."""

    def __init__(self) -> None:
        """Know no machine yet."""
        super().__init__()
        self._where: dict[str, Any] = {}  # kind, address or host and port: what an entry holds
        self._called = ""  # what it calls itself, made legible
        self._heard: dict[str, str] = {}  # what machines in reach call themselves, by address
        self._asking = "confirm"  # the step that a failed look leads back to
        self._looking: asyncio.Task[Found] | None = None
        self._failure: str | None = None
        self._found: Found | None = None

    # ---- finding one -----------------------------------------------------------------------------

    @override
    async def async_step_bluetooth(
        self, discovery_info: bluetooth.BluetoothServiceInfoBleak
    ) -> ConfigFlowResult:
        """Consider a machine that advertises itself."""
        await self.async_set_unique_id(discovery_info.address)
        self._abort_if_unique_id_configured()
        if not advertised.may_be_a_treadmill(discovery_info):
            return self.async_abort(reason="not_a_treadmill")
        self._choose(
            {CONF_KIND: KIND_BLUETOOTH, CONF_ADDRESS: discovery_info.address},
            advertised.name_of(discovery_info),
        )
        return await self.async_step_confirm()

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Consider a machine that announces itself on the network."""
        said = discovery_info.properties
        offered = said.get("ble-service-uuids")
        if isinstance(offered, str) and not advertised.lists_ftms(offered):
            return self.async_abort(reason="not_a_treadmill")
        name = advertised.legible(discovery_info.name.removesuffix(f".{discovery_info.type}"))
        where = {CONF_HOST: discovery_info.host, CONF_PORT: discovery_info.port or DIRCON_PORT}
        await self.async_set_unique_id(advertised.network_id(said) or name.lower() or None)
        self._abort_if_unique_id_configured(updates=where, reload_on_update=False)
        self._choose({CONF_KIND: KIND_NETWORK, **where}, name)
        self._abort_if_known()
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask before a discovered machine is connected to: it may be in use by another app."""
        if user_input is not None:
            self._abort_if_known()
            return await self.async_step_look()
        return self._ask("confirm", vol.Schema({}), {})

    async def async_step_ftms_bluetooth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which of the machines in reach it is."""
        self._asking = KIND_BLUETOOTH
        if user_input:  # it is empty as long as there is nothing to pick from
            address = user_input[CONF_ADDRESS]
            await self.async_set_unique_id(address, raise_on_progress=False)
            self._abort_if_known()
            self._choose({CONF_KIND: KIND_BLUETOOTH, CONF_ADDRESS: address}, self._heard[address])
            return await self.async_step_look()
        self._heard |= self._listen()
        errors = {}
        if not self._heard:
            adapters = bluetooth.async_scanner_count(self.hass, connectable=True)
            errors["base"] = "nothing_heard" if adapters else "no_adapter"
        return self._ask(
            KIND_BLUETOOTH, machine_form.bluetooth_schema(self._heard), self._where, errors
        )

    async def async_step_ftms_network(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where on the network it is."""
        self._asking = KIND_NETWORK
        errors: dict[str, str] = {}
        if user_input is not None:
            where, errors = machine_form.read_network(user_input)
            if not errors:
                self._choose({CONF_KIND: KIND_NETWORK, **where}, "")
                self._async_abort_entries_match(self._where)
                return await self.async_step_look()
        shown = user_input or {CONF_PORT: DIRCON_PORT, **self._where}
        return self._ask(KIND_NETWORK, machine_form.network_schema(), shown, errors)

    # ---- looking what it is ----------------------------------------------------------------------

    async def async_step_look(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show that something is going on while the machine is asked."""
        begun = self._looking is not None
        if self._looking is None:
            self._failure = None
            self._looking = self.hass.async_create_task(
                self._async_look(), f"{DOMAIN} looks at {self._shown_name}"
            )
        # Progress is shown even if the look is over already: without it, the next step would be
        # handed the answers to the question before.
        if not begun or not self._looking.done():
            return self.async_show_progress(
                step_id="look",
                progress_action="look",
                description_placeholders={"name": self._shown_name},
                progress_task=self._looking,
            )
        looking, self._looking = self._looking, None
        try:
            self._found = await looking
        except TreadmillError as error:
            self._failure = _reason(error, self._where[CONF_KIND])
            _LOGGER.debug("%s could not be looked at: %s", self._called, error)
        except Exception:
            self._failure = "unknown"
            _LOGGER.exception("An error while looking at %s", self._called)
        return self.async_show_progress_done(
            next_step_id=self._asking if self._failure else "machine"
        )

    async def _async_look(self) -> Found:
        clock = Clock(self.hass.loop)
        return await probe(link_to(self.hass, clock, lambda: self._where), clock)

    # ---- asking what it did not say --------------------------------------------------------------

    async def async_step_machine(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what is known about the machine, to be completed and corrected."""
        units = self.hass.config.units
        known = self._known(self._told())
        on_network = self._reconfiguring and known[CONF_KIND] == KIND_NETWORK
        errors: dict[str, str] = {}
        if user_input is not None:
            data, errors = self._read_machine(user_input, known, on_network=on_network)
            if not errors:
                self._data = data
                if self._reconfiguring:
                    return self._changed()
                self._abort_if_known()
                if self._found is not None and not self._found.controllable:
                    return self._created(_READ_ONLY)
                return await self.async_step_control()
        else:
            shown = known | forms.show_quantities(machine_form.QUANTITIES, known, units)
            user_input = shown | {machine_form.FOLDED: shown}
        return self.async_show_form(
            step_id="machine",
            data_schema=self.add_suggested_values_to_schema(
                machine_form.machine_schema(
                    units,
                    on_network=on_network,
                    unsaid={key for key in machine_form.RANGES if known.get(key) is None},
                    unfolded=bool(errors.keys() & {"base", *machine_form.DETAILS}),
                ),
                user_input,
            ),
            errors=forms.placed(errors, hidden=machine_form.DETAILS),
            description_placeholders={
                **forms.ranges(machine_form.QUANTITIES, units),
                "name": self._shown_name,
                "found": await self._async_found_text(),
            },
            last_step=self._reconfiguring,
        )

    def _told(self) -> dict[str, Any]:
        """Return what the machine said, as an entry holds it; what it did not say is not there."""
        if (found := self._found) is None:
            return {}
        ranges: dict[str, float] = {}
        for axis, said in (("speed", found.speed), ("incline", found.incline)):
            if said is not None:
                ranges |= {
                    f"min_{axis}": said.minimum,
                    f"max_{axis}": said.maximum,
                    f"{axis}_step": said.step,
                }
        maker, model = advertised.legible(found.manufacturer), advertised.legible(found.model)
        wish = self._called or model or _NAMELESS
        return {
            **machine_form.NEW_MACHINE,
            "sets_speed": not found.incline_only,
            **ranges,
            **self._where,
            CONF_NAME: machine_form.free_name(wish, self._taken(KIND_NETWORK)),
            "manufacturer": maker or None,
            "model": model or None,
        }

    def _read_machine(
        self, answers: Mapping[str, Any], known: Mapping[str, Any], *, on_network: bool
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the data of an entry, and error keys by field."""
        typed = forms.flat(answers, machine_form.FOLDED)
        units = self.hass.config.units
        values, errors = forms.read_quantities(machine_form.QUANTITIES, typed, units, known)
        errors |= {key: f"{key}_out_of_range" for key, value in values.items() if value is None}
        if not errors:
            errors = machine_form.empty_ranges(values)
        name, name_error = forms.read_name(typed[CONF_NAME], self._taken(KIND_NETWORK))
        if name_error:
            errors[CONF_NAME] = name_error
        where: dict[str, Any] = {}
        if on_network:
            where, wrong = machine_form.read_network(typed)
            errors |= wrong
            self._async_abort_entries_match({CONF_KIND: KIND_NETWORK, **where})
        habits = machine_form.read_habits(typed)
        data = {**known, **where, **values, **habits, CONF_NAME: name}
        if not errors and not _makes_sense(data):
            errors["base"] = "calibration_impossible"
        return data, errors

    async def _async_found_text(self) -> str:
        translations = await async_get_translations(
            self.hass, self.hass.config.language, "selector", {DOMAIN}
        )
        texts = {
            key.removeprefix(_TEXTS): text
            for key, text in translations.items()
            if key.startswith(_TEXTS)
        }
        if (found := self._found) is None:
            return texts["known"]
        makers = (advertised.legible(found.manufacturer), advertised.legible(found.model))
        return machine_form.found_text(
            texts,
            self.hass.config.units,
            maker=" ".join(filter(None, makers)),
            speed=found.speed,
            incline=found.incline,
            controllable=found.controllable,
            incline_only=found.incline_only,
        )

    # ---- inside ----------------------------------------------------------------------------------

    @property
    def _shown_name(self) -> str:
        """What to call the machine as long as the user has not named it."""
        where = self._where
        return self._called or where.get(CONF_HOST) or where.get(CONF_ADDRESS) or _NAMELESS

    def _choose(self, where: dict[str, Any], name: str) -> None:
        """Go on with one machine."""
        self._where, self._called = where, name
        self.context["title_placeholders"] = {"name": self._shown_name}

    def _ask(
        self,
        step: str,
        schema: vol.Schema,
        shown: Mapping[str, Any],
        errors: dict[str, str] | None = None,
    ) -> ConfigFlowResult:
        """Ask something before the look, with the reason why the last one failed.

        The reason stays until the next look: the browser asks for a form twice after a progress.
        """
        if self._failure is not None and not errors:
            errors = {"base": self._failure}
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(schema, shown),
            errors=errors or {},
            description_placeholders={"name": self._shown_name},
            last_step=False,
        )

    def _listen(self) -> dict[str, str]:
        """Names of the fitness machines in reach that are no entries yet, the nearest first."""
        known = self._async_current_ids(include_ignore=False)
        infos = [
            info
            for info in bluetooth.async_discovered_service_info(self.hass, connectable=True)
            if advertised.offers_ftms(info) and info.address not in known
        ]
        infos.sort(key=lambda info: info.rssi, reverse=True)
        return {info.address: advertised.name_of(info) or _NAMELESS for info in infos}

    def _abort_if_known(self) -> None:
        """Abort if the machine is an entry by now; one that was typed in learns who it is."""
        self._abort_if_unique_id_configured()
        if self._where.get(CONF_KIND) != KIND_NETWORK:
            return
        for entry in self._async_current_entries(include_ignore=False):
            there = {key: entry.data.get(key) for key in self._where} == self._where
            if there and None in {entry.unique_id, self.unique_id}:
                if self.unique_id is not None:
                    self.hass.config_entries.async_update_entry(entry, unique_id=self.unique_id)
                raise AbortFlow("already_configured")


def _reason(error: Exception, kind: str) -> str:
    """Return the key of the text that says why a machine could not be looked at."""
    match error:
        case ContactError(contact=Contact.NOT_FOUND) if kind == KIND_NETWORK:
            return "not_found_network"  # nobody listens for advertisements there
        case ContactError(contact=contact) if contact in REASONS:
            return contact.value
        case NotConnectedError():
            return Contact.UNREACHABLE.value
        case RejectedError():
            return Contact.UNSUITABLE.value
    return "no_answer"


def _makes_sense(data: Mapping[str, Any]) -> bool:
    """Whether some deck can be what offset and factor make of the machine's numbers."""
    try:
        FtmsOptions.from_data(data).true_range(shown_incline_range(data))
    except ValueError:
        return False
    return True
