"""Config flow of treadmills: find one, look what it is, and ask what it did not say.

    found by itself     bluetooth, zeroconf -> confirm -+
    picked from a list  <kind> -------------------------+-> look -> machine -> control
    typed in            <kind> -------------------------+
    is nowhere          <kind> --------------------------------------------------^
    changed             reconfigure ----------------------------> machine or <kind>

``<kind>`` is a step for each kind of treadmill (treadmills/kind.py). ``look`` connects, reads, and
lets go again: what fails there leads back to the question before it, with the reason, to be tried
once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
import logging
from typing import TYPE_CHECKING, Any, Self, override

from homeassistant.components import bluetooth
from homeassistant.config_entries import SOURCE_IGNORE, ConfigFlowResult
from homeassistant.const import CONF_ADDRESS, CONF_HOST, CONF_NAME, CONF_PORT
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util.hass_dict import HassKey
import probatio as vol

from ..const import CONF_KIND, DOMAIN
from ..entries import DescentConfigEntry
from ..runtime.connection import look
from ..treadmills import (
    KINDS,
    Bluetooth,
    Contact,
    ContactError,
    Doubt,
    Found,
    Kind,
    Network,
    NotConnectedError,
    NoTreadmillError,
    RejectedError,
    Treadmill,
    TreadmillError,
    kind_of,
)
from . import control_form, forms, found, treadmill_form
from .entries import EntryFlow
from .machine_identity import MachineIdentity, identifying_mac, identifying_serial

_STEP = "async_step_"
# Why connecting can fail that somebody who adds a treadmill can do something about.
REASONS = frozenset(
    {
        Contact.NOT_FOUND,
        Contact.NO_SLOT,
        Contact.TAKEN,
        Contact.UNREACHABLE,
        Contact.UNSUITABLE,
    }
)
# Machines that were found out to be no treadmills since Home Assistant was started.
NO_TREADMILLS: HassKey[set[str]] = HassKey(f"{DOMAIN}_no_treadmills")
_TEXTS = f"component.{DOMAIN}.selector.found.options."

_LOGGER = logging.getLogger(__name__)


class TreadmillFlow(EntryFlow):
    """Adds or changes a treadmill of any kind."""

    def __init__(self) -> None:
        """Know no machine yet."""
        super().__init__()
        self._where: dict[str, Any] = {}  # kind, address or host and port: what an entry holds
        self._called = ""  # what it calls itself, made legible
        self._identity = MachineIdentity()
        self._heard: dict[str, str] = {}  # what machines in reach call themselves, by address
        self._asking = "confirm"  # the step that a failed look leads back to
        self._looking: asyncio.Task[Found] | None = None
        self._failure: str | None = None
        self._found: Found | None = None

    # A type checker must not see it: it would take any misspelled name for one of these.
    if not TYPE_CHECKING:  # pragma: no branch

        def __getattr__(self, name: str) -> Any:
            """Return the step of a kind: Home Assistant looks steps up by their names."""
            before, _, kind = name.partition(_STEP)
            if before or kind not in KINDS:
                raise AttributeError(name)
            return partial(self._async_step_kind, KINDS[kind])

    # ---- finding one -----------------------------------------------------------------------------

    @override
    async def async_step_bluetooth(
        self, discovery_info: bluetooth.BluetoothServiceInfoBleak
    ) -> ConfigFlowResult:
        """Consider a machine that advertises itself."""
        await self.async_set_unique_id(format_mac(discovery_info.address))
        self._abort_if_unique_id_configured()
        self._abort_if_no_treadmill()
        for kind in KINDS.values():
            if isinstance(kind.where, Bluetooth) and kind.where.is_treadmill(discovery_info):
                where = {CONF_KIND: kind.id, CONF_ADDRESS: discovery_info.address}
                self._choose(where, found.name_of(discovery_info))
                return await self.async_step_confirm()
        return self.async_abort(reason="not_a_treadmill")

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Consider a machine that announces itself on the network."""
        for kind in KINDS.values():
            if isinstance(kind.where, Network) and kind.where.is_treadmill(discovery_info):
                return await self._async_announced(kind, kind.where, discovery_info)
        return self.async_abort(reason="not_a_treadmill")

    async def _async_announced(
        self, kind: Kind, network: Network, info: ZeroconfServiceInfo
    ) -> ConfigFlowResult:
        port = info.port or network.port
        name = found.legible(info.name.removesuffix(f".{info.type}"))
        self._choose({CONF_KIND: kind.id, CONF_HOST: info.host, CONF_PORT: port}, name)
        self._identity = _announced_identity(network, info.properties, name)
        await self.async_set_unique_id(self._identity.unique_id)
        self._abort_if_no_treadmill()
        self._abort_if_known()
        self._abort_if_ignored_by_mac()
        if self.unique_id is None and self.hass.config_entries.flow.async_has_matching_flow(self):
            raise AbortFlow("already_in_progress")
        return await self.async_step_confirm()

    @override
    def is_matching(self, other_flow: Self) -> bool:
        """Whether another flow is about a machine at the same place."""
        return other_flow._where == self._where

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask before a discovered machine is connected to: it may be in use by another app."""
        if user_input is not None:
            self._abort_if_known()
            return await self.async_step_look()
        return self._ask("confirm", vol.Schema({}), {})

    async def _async_step_kind(
        self, kind: Kind, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where a machine of a kind is; if it is nowhere, ask about it at once."""
        self._asking = kind.id
        self._where[CONF_KIND] = kind.id
        if isinstance(kind.where, Bluetooth):
            return await self._async_pick(kind, kind.where, user_input)
        if isinstance(kind.where, Network):
            return await self._async_type_in(kind, kind.where, user_input)
        return await self._async_ask_about_it(kind, user_input)

    async def _async_pick(
        self, kind: Kind, air: Bluetooth, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Ask which of the machines in reach it is."""
        if user_input:  # it is empty as long as there is nothing to pick from
            address = user_input[CONF_ADDRESS]
            await self.async_set_unique_id(format_mac(address), raise_on_progress=False)
            self._choose({CONF_KIND: kind.id, CONF_ADDRESS: address}, self._heard[address])
            self._abort_if_known()
            return await self.async_step_look()
        self._heard |= self._listen(kind, air)
        errors = {}
        if not self._heard:
            adapters = bluetooth.async_scanner_count(self.hass, connectable=True)
            errors["base"] = "nothing_heard" if adapters else "no_adapter"
        schema = treadmill_form.bluetooth_schema(self._heard)
        return self._ask(kind.id, schema, self._where, errors)

    async def _async_type_in(
        self, kind: Kind, network: Network, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Ask where on the network it is."""
        errors: dict[str, str] = {}
        if user_input is not None:
            where, errors = treadmill_form.read_network(user_input)
            if not errors:
                self._choose({CONF_KIND: kind.id, **where}, "")
                self._async_abort_entries_match(self._where)
                return await self.async_step_look()
        shown = user_input or {CONF_PORT: network.port, **self._where}
        return self._ask(kind.id, treadmill_form.network_schema(), shown, errors)

    # ---- looking what it is ----------------------------------------------------------------------

    async def async_step_look(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show that something is going on while the machine is asked."""
        begun = self._looking is not None
        if self._looking is None:
            self._failure = None
            self._looking = self.hass.async_create_task(
                look(self.hass, self._where), f"{DOMAIN} looks at {self._shown_name}"
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
        except NoTreadmillError as error:
            _LOGGER.debug("%s is no treadmill: %s", self._called, error)
            if self._asking == "confirm":  # it was offered, and is not to be offered again
                self.hass.data.setdefault(NO_TREADMILLS, set()).add(self._known_as)
                return self.async_show_progress_done(next_step_id="no_treadmill")
            self._failure = _reason(error, kind_of(self._where))
        except TreadmillError as error:
            self._failure = _reason(error, kind_of(self._where))
            _LOGGER.debug("%s could not be looked at: %s", self._called, error)
        except Exception:
            self._failure = "unknown"
            _LOGGER.exception("An error while looking at %s", self._called)
        return self.async_show_progress_done(
            next_step_id=self._asking if self._failure else "machine"
        )

    async def async_step_no_treadmill(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say that what was offered is another fitness machine, and be done with it."""
        return self.async_abort(reason="not_a_treadmill")

    # ---- asking what it did not say --------------------------------------------------------------

    async def async_step_machine(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what is known about a machine that is somewhere, to be completed and corrected."""
        kind = kind_of(self._where)
        if self._found is not None and isinstance(kind.where, Network):
            # What it was announced by tells it from the other machines of its host, which may all
            # answer with the serial number of the program that bridges them.
            if self._identity.mac is None:
                serial = found.details(self._found).get("serial")
                self._identity = self._identity.with_more(MachineIdentity(serial=serial))
            if self.unique_id is None:
                await self.async_set_unique_id(self._identity.unique_id, raise_on_progress=False)
            self._abort_if_known()
        return await self._async_ask_about_it(kind, user_input)

    async def async_change_treadmill(self) -> ConfigFlowResult:
        """Ask about a treadmill that has an entry already."""
        data = self._get_reconfigure_entry().data
        self._where = {
            key: data[key] for key in (CONF_KIND, CONF_ADDRESS, CONF_HOST, CONF_PORT) if key in data
        }
        return await self._async_ask_about_it(kind_of(data), None)

    async def _async_ask_about_it(
        self, kind: Kind, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Ask the questions of a kind."""
        units = self.hass.config.units
        known = self._known(self._told(kind))
        with_host = self._reconfiguring and isinstance(kind.where, Network)
        errors: dict[str, str] = {}
        offered: dict[str, Any] = {}
        if user_input is not None:
            offered = self._offered(kind, forms.flat(user_input))
            data, errors = self._read(kind, user_input, known, offered, with_host=with_host)
            if not errors:
                self._data = data
                if self._reconfiguring:
                    return self._changed()
                self._abort_if_known()
                if self._found is not None and not self._found.controllable:
                    return self._created(control_form.READ_ONLY)
                return await self.async_step_control()
        else:
            user_input = treadmill_form.shown(kind, known, units)
        folded = treadmill_form.folded_keys(kind)
        return self.async_show_form(
            step_id=kind.id if kind.where is None else "machine",
            data_schema=self.add_suggested_values_to_schema(
                treadmill_form.schema(
                    kind,
                    units,
                    known=known,
                    with_host=with_host,
                    unfolded=bool(errors.keys() & {"base", *folded}),
                ),
                user_input,
            ),
            errors=forms.placed(errors, hidden=folded),
            description_placeholders={
                **forms.ranges(treadmill_form.quantities(kind), units),
                **treadmill_form.offered_texts(kind, offered, units),
                "name": self._shown_name,
                "found": await self._async_found_text(),
            },
            last_step=self._reconfiguring,
        )

    def _told(self, kind: Kind) -> dict[str, Any]:
        """Return what is known of a machine as an entry holds it, and what is assumed of it.

        A number that it did not say and that cannot be assumed is not there.
        """
        told = {question.key: question.default for question in kind.questions}
        details: dict[str, Any] = {}  # what it is and says it can, as it was when it was added
        if self._found is not None:
            told |= {key: value for key, value in self._found.answers().items() if key in told}
            details = found.details(self._found)
            if offered := self._found.offered():
                details["offered"] = offered
        wish = self._called or details.get("model") or kind.name
        return {
            **{key: value for key, value in told.items() if value is not None},
            **self._where,
            CONF_NAME: forms.free_name(wish, self._taken(by_runners=False)),
            **details,
            **self._identity.as_data(),
        }

    def _offered(self, kind: Kind, typed: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the machine itself says of its ranges, in the unit that is typed for it.

        Of one that has an entry it is what it said to the driver, or else when it was added.
        """
        said = [self._found.offered()] if self._found is not None else []
        if self._reconfiguring:
            entry = self._get_reconfigure_entry()
            said.append(entry.data.get("offered", {}))
            if self._running is not None:
                heard = self._running.offered
                now = Found(speed=heard.speed, incline=heard.incline).offered()
                said.append({"speed_unit": entry.data.get("speed_unit", "kmh"), **now})
        offered: dict[str, Any] = {}
        for one in said:
            offered |= kind.known_after(one, typed)
        return offered

    def _read(
        self,
        kind: Kind,
        typed: Mapping[str, Any],
        known: Mapping[str, Any],
        offered: Mapping[str, Any],
        *,
        with_host: bool,
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the data of an entry, and error keys by field."""
        typed, units = forms.flat(typed), self.hass.config.units
        answers, errors = treadmill_form.read(kind, typed, units, known, offered)
        name, name_error = forms.read_name(typed[CONF_NAME], self._taken(by_runners=False))
        if name_error:
            errors[CONF_NAME] = name_error
        where: dict[str, Any] = {}
        if with_host:
            where, wrong = treadmill_form.read_network(typed)
            errors |= wrong
            if not wrong:
                self._async_abort_entries_match({CONF_KIND: kind.id, **where})
        return {**known, **where, **answers, CONF_NAME: name}, errors

    async def _async_found_text(self) -> str:
        translations = await async_get_translations(
            self.hass, self.hass.config.language, "selector", {DOMAIN}
        )
        texts = {
            key.removeprefix(_TEXTS): text
            for key, text in translations.items()
            if key.startswith(_TEXTS)
        }
        if self._found is None:
            treadmill = self._running
            return found.known_text(
                texts,
                doubted=treadmill is not None and Doubt.SPEED_UNIT in treadmill.doubts,
                failing={} if treadmill is None else treadmill.failing,
            )
        return found.found_text(texts, self.hass.config.units, self._found)

    async def async_step_control(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the acknowledgement of automatic control (rule R1)."""
        units = self.hass.config.units
        errors: dict[str, str] = {}
        if user_input is not None:
            options, errors = control_form.read(user_input, units)
            if not errors:
                return self._created(options)
        else:
            # Only a belt that does not really move starts by itself unless told otherwise (R2).
            start_belt = kind_of(self._data).simulated
            user_input = control_form.shown({"start_belt": start_belt}, units)
        return self.async_show_form(
            step_id="control",
            data_schema=self.add_suggested_values_to_schema(
                control_form.schema(units, can_start=self._data.get("can_start", True)), user_input
            ),
            errors=errors,
            description_placeholders=forms.ranges(control_form.QUANTITIES, units),
            last_step=True,
        )

    # ---- inside ----------------------------------------------------------------------------------

    @property
    def _running(self) -> Treadmill | None:
        """The driver of the treadmill that is changed, if it runs."""
        if not self._reconfiguring:
            return None
        running = getattr(self._get_reconfigure_entry(), "runtime_data", None)
        return None if running is None else running.treadmill

    @property
    def _shown_name(self) -> str:
        """What to call the machine as long as the user has not named it."""
        where = self._where
        place = where.get(CONF_HOST) or where.get(CONF_ADDRESS)
        return self._called or place or kind_of(where).name

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

    def _listen(self, kind: Kind, air: Bluetooth) -> dict[str, str]:
        """Names of the machines in reach that are no entries yet, the nearest first."""
        known = self._async_current_ids(include_ignore=False)
        infos = [
            info
            for info in bluetooth.async_discovered_service_info(self.hass, connectable=True)
            if air.fits(info) and format_mac(info.address) not in known
        ]
        infos.sort(key=lambda info: info.rssi, reverse=True)
        return {info.address: found.name_of(info) or kind.name for info in infos}

    def _abort_if_known(self) -> None:
        """Abort if the machine has an entry. The entry learns where it is now, and who it is."""
        if kind_of(self._where).where is None:
            return
        entry = self._entry_about_it()
        if entry is not None:
            known = MachineIdentity.of(entry.data).with_more(self._identity)
            unique_id = entry.unique_id
            if known.is_known_by_less(unique_id):
                unique_id = self.unique_id or unique_id
            self.hass.config_entries.async_update_entry(
                entry, data={**entry.data, **self._where, **known.as_data()}, unique_id=unique_id
            )
            raise AbortFlow("already_configured")
        self._abort_if_unique_id_configured()

    def _entry_about_it(self) -> DescentConfigEntry | None:
        """Return the entry of the machine of this flow: by who it is, or else by where it is."""
        entries = [
            entry
            for entry in self._async_current_entries(include_ignore=False)
            if entry.data[CONF_KIND] == self._where[CONF_KIND]
        ]
        known = [(entry, MachineIdentity.of(entry.data)) for entry in entries]
        same = [(self._identity.is_same(identity), entry) for entry, identity in known]
        by_identity = (entry for is_same, entry in same if is_same)
        by_place = (entry for is_same, entry in same if is_same is None and self._is_there(entry))
        return next(by_identity, next(by_place, None))

    def _is_there(self, entry: DescentConfigEntry) -> bool:
        """Whether the machine of an entry that does not say enough of itself is at this place.

        A host that got another address keeps the ports of its services. Another port is another
        service, as far as anybody knows.
        """
        where = self._where
        if all(entry.data.get(key) == value for key, value in where.items()):
            return True
        is_same_host = self._identity.is_same_host(MachineIdentity.of(entry.data))
        return is_same_host and entry.data.get(CONF_PORT) == where.get(CONF_PORT)

    def _abort_if_ignored_by_mac(self) -> None:
        """Abort if somebody ignored the host when all its machines were known by its MAC alone."""
        for entry in self._async_current_entries(include_ignore=True):
            if entry.source == SOURCE_IGNORE and entry.unique_id == self._identity.mac:
                raise AbortFlow("already_configured")

    def _abort_if_no_treadmill(self) -> None:
        """Abort if a look has found out that it is none."""
        if self._known_as in self.hass.data.get(NO_TREADMILLS, ()):
            raise AbortFlow("not_a_treadmill")

    @property
    def _known_as(self) -> str:
        """What tells the machine of this flow from others, if only by its place."""
        return self.unique_id or repr(sorted(self._where.items()))


def _announced_identity(network: Network, said: Mapping[str, Any], service: str) -> MachineIdentity:
    mac, serial = said.get(network.mac_property), said.get(network.serial_property)
    return MachineIdentity(
        mac=(isinstance(mac, str) and identifying_mac(mac)) or None,
        serial=(isinstance(serial, str) and identifying_serial(found.legible(serial))) or None,
        service=service or None,
    )


def _reason(error: Exception, kind: Kind) -> str:
    """Return the key of the text that says why a machine could not be looked at."""
    match error:
        case ContactError(contact=Contact.NOT_FOUND) if isinstance(kind.where, Network):
            return "not_found_network"  # nobody listens for advertisements there
        case ContactError(contact=contact) if contact in REASONS:
            return contact.value
        case NotConnectedError():
            return Contact.UNREACHABLE.value
        case RejectedError():
            return Contact.UNSUITABLE.value
    return "no_answer"
