"""An ESPHome Bluetooth proxy with one simulated treadmill around: the side that faces the network.

It is a device with ESPHome's native API and nothing on it but a Bluetooth proxy, so that Home
Assistant's own integration connects to it. One client at a time gets its advertisements and its
connections, as with the firmware; others may ask what it is.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from enum import IntEnum

from custom_components.descent.treadmills.clock import Clock

from .esphome_api import Message, ProtocolError, frame, make, name_of, receive
from .ftms import FtmsMachine
from .profiles import WireFault
from .proxy_radio import Radio

HOST = "127.0.0.1"
SLOTS = 3  # what the firmware has unless told otherwise
NAME = "treadmill-proxy"
MAC = "02:00:00:00:18:26"  # an address that nobody was assigned
BLUETOOTH_MAC = "02:00:00:00:18:28"
# The newest version of the API in which a device says by itself what it can do as a proxy.
API_VERSION = (1, 14)
ESPHOME_VERSION = "2026.10.0"

# What this proxy can do: scan, connect, let the client cache services, clear a cache, raw
# advertisements, and tell of its scanner.
_FEATURES = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 4 | 1 << 5 | 1 << 6
_RUNNING = 2  # of a scanner
_ACTIVE = 1  # mode of a scanner, the one the firmware begins with


class _Wish(IntEnum):
    """What a client may want of a machine."""

    DISCONNECT = 1
    CONNECT_KNOWN = 4  # its services are known already
    CONNECT = 5
    FORGET_SERVICES = 6


class Proxy:
    """Listens on loopback. What goes wrong is set at the machine, as faults."""

    def __init__(self, clock: Clock, machine: FtmsMachine, *, slots: int = SLOTS) -> None:
        """Stand beside ``machine``; ``listen`` switches the proxy on."""
        self.machine = machine
        self.radio = Radio(clock, machine, self._tell, slots=slots)
        self.port = 0
        self._server: asyncio.Server | None = None
        self._clients: set[_Client] = set()
        self._subscriber: _Client | None = None
        self._scan_mode = _ACTIVE
        machine.on_faults = self._faults_changed

    async def listen(self, port: int = 0) -> int:
        """Accept connections on a port, or on any free one; returns which."""
        self._server = await asyncio.start_server(self._serve, HOST, port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self.port

    async def close(self) -> None:
        """Accept no connections any more, end those there are, and wait until all is over."""
        if self._server is not None:
            self._server.close()
            self._abort()
            await self._server.wait_closed()
            self._server = None

    def subscribe(self, client: _Client) -> None:
        """Give what the radio hears to ``client`` from now on, unless another one gets it."""
        if self._subscriber not in {None, client}:
            return
        self._subscriber = client
        self._tell_scanner_state()
        self.radio.scan()

    def unsubscribe(self, client: _Client) -> None:
        """Give it nothing any more; the radio rests."""
        if self._subscriber is client:
            self._subscriber = None
            self.radio.rest()

    def set_scan_mode(self, mode: int) -> None:
        """Scan actively or passively, and say so."""
        self._scan_mode = mode
        self._tell_scanner_state()

    # ---- inside

    @property
    def _lost(self) -> bool:
        return WireFault.PROXY_LOST in self.machine.wire_faults

    def _faults_changed(self) -> None:
        self.radio.faults_changed()
        if self._lost:
            self._abort()

    def _abort(self) -> None:
        for client in tuple(self._clients):
            client.abort()

    def _tell(self, message: Message) -> None:
        if self._subscriber is not None:
            self._subscriber.send(message)

    def _tell_scanner_state(self) -> None:
        self._tell(
            make(
                "BluetoothScannerStateResponse",
                state=_RUNNING,
                mode=self._scan_mode,
                configured_mode=_ACTIVE,
            )
        )

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = _Client(self, writer)
        self._clients.add(client)
        if self._lost:
            client.abort()
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError, ProtocolError):
                while not client.leaving:
                    client.obey(await receive(reader))
        finally:
            self.unsubscribe(client)
            self._clients.discard(client)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


class _Client:
    """One connection to the proxy."""

    def __init__(self, proxy: Proxy, writer: asyncio.StreamWriter) -> None:
        self.leaving = False
        self._proxy = proxy
        self._radio = proxy.radio
        self._writer = writer

    def send(self, message: Message) -> None:
        if not self._writer.is_closing():
            self._writer.write(frame(message))

    def abort(self) -> None:
        """End the connection without a word."""
        self._proxy.unsubscribe(self)
        self._writer.transport.abort()

    def obey(self, message: Message) -> None:
        """Do what a message asks for. What a proxy without entities has no answer to is ignored."""
        if message is None:
            return
        match name_of(message):
            case "HelloRequest":
                major, minor = API_VERSION
                self.send(
                    make(
                        "HelloResponse",
                        api_version_major=major,
                        api_version_minor=minor,
                        server_info=f"{NAME} (simulated)",
                        name=NAME,
                    )
                )
            case "AuthenticationRequest":
                self.send(make("AuthenticationResponse"))
            case "PingRequest":
                self.send(make("PingResponse"))
            case "DisconnectRequest":
                self.send(make("DisconnectResponse"))
                self.leaving = True
            case "DeviceInfoRequest":
                self.send(_device_info())
            case "ListEntitiesRequest":
                self.send(make("ListEntitiesDoneResponse"))
            case _:
                self._use_radio(message)

    def _use_radio(self, message: Message) -> None:
        match name_of(message):
            case "SubscribeBluetoothLEAdvertisementsRequest":
                self._proxy.subscribe(self)
            case "UnsubscribeBluetoothLEAdvertisementsRequest":
                self._proxy.unsubscribe(self)
            case "BluetoothScannerSetModeRequest":
                self._proxy.set_scan_mode(message.mode)
            case "SubscribeBluetoothConnectionsFreeRequest":
                self.send(self._radio.connections_free())
            case "BluetoothDeviceRequest":
                self._request(message)
            case "BluetoothGATTGetServicesRequest":
                self._radio.list_services(message.address)
            case name if name.startswith("BluetoothGATT"):
                self._radio.operate(message)

    def _request(self, message: Message) -> None:
        match message.request_type:
            case _Wish.CONNECT | _Wish.CONNECT_KNOWN as wish:
                self._radio.connect(message.address, cached=wish == _Wish.CONNECT_KNOWN)
            case _Wish.DISCONNECT:
                self._radio.disconnect(message.address)
            case _Wish.FORGET_SERVICES:
                self.send(
                    make("BluetoothDeviceClearCacheResponse", address=message.address, success=True)
                )


def _device_info() -> Message:
    return make(
        "DeviceInfoResponse",
        name=NAME,
        friendly_name="Treadmill proxy",
        mac_address=MAC,
        bluetooth_mac_address=BLUETOOTH_MAC,
        esphome_version=ESPHOME_VERSION,
        model="simulated",
        manufacturer="Espressif",
        bluetooth_proxy_feature_flags=_FEATURES,
    )
