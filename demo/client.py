"""What a browser is to Home Assistant: it logs in, fills forms over REST, and talks WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Self

import aiohttp

from .instance import Instance, StartError

type Json = dict[str, Any]

USER = PASSWORD = "demo"  # noqa: S105 - a public account that listens on loopback only

_START_S = 180.0  # on a small and busy machine; typically ten seconds
_POLL_S = 0.2
_CALL_S = 30.0


class RefusedError(Exception):
    """Home Assistant answered, and the answer was no."""


class Client:
    """One logged-in connection. Use ``connect`` to make one."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        """Belong to the account of ``token``."""
        self._session = session
        self._url = url
        self._token = token
        self._socket: aiohttp.ClientWebSocketResponse
        self._reader: asyncio.Task[None]
        self._next_id = 0
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._queues: dict[int, asyncio.Queue[Json | None]] = {}

    # ---- WebSocket

    async def async_open(self) -> Self:
        """Open the WebSocket and authenticate."""
        self._socket = await self._session.ws_connect(f"{self._url}/api/websocket", max_msg_size=0)
        await self._socket.receive_json(timeout=_CALL_S)
        await self._socket.send_json({"type": "auth", "access_token": self._token})
        if (answer := await self._socket.receive_json(timeout=_CALL_S))["type"] != "auth_ok":
            raise RefusedError(answer.get("message", "authentication failed"))
        self._reader = asyncio.create_task(self._async_read())
        return self

    async def async_close(self) -> None:
        """Close the WebSocket. Idempotent."""
        self._reader.cancel()
        with suppress(asyncio.CancelledError):
            await self._reader
        await self._socket.close()

    async def async_call(self, kind: str, **content: Any) -> Any:
        """Send a command and return its result. Raises ``RefusedError``."""
        return await asyncio.wait_for(self._send(kind, content)[1], _CALL_S)

    async def async_subscribe(self, kind: str, **content: Any) -> AsyncIterator[Json]:
        """Subscribe; returns the events as they come, until the connection ends."""
        number, answer = self._send(kind, content)
        queue = self._queues[number] = asyncio.Queue()
        await asyncio.wait_for(answer, _CALL_S)
        return _drain(queue)

    async def async_action(
        self, domain: str, name: str, data: Json, *, returns: bool = False, **target: Any
    ) -> Any:
        """Perform an action; ``returns`` asks for its response."""
        content: Json = {"domain": domain, "service": name, "service_data": data}
        if target:
            content["target"] = target
        result = await self.async_call("call_service", **content, return_response=returns)
        return result["response"] if returns else None

    async def async_press(self, entity_id: str) -> None:
        """Press a button entity."""
        await self.async_action("button", "press", {}, entity_id=entity_id)

    def _send(self, kind: str, content: Json) -> tuple[int, asyncio.Future[Any]]:
        self._next_id += 1
        number = self._next_id
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if self._reader.done():
            answer.set_exception(ConnectionError("Home Assistant is gone"))
            return number, answer
        self._answers[number] = answer
        # Home Assistant wants rising numbers, and send_json writes before it first waits.
        task = asyncio.ensure_future(self._socket.send_json({"id": number, "type": kind} | content))
        task.add_done_callback(lambda sent: sent.cancelled() or sent.exception())
        return number, answer

    async def _async_read(self) -> None:
        try:
            async for message in self._socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._take(message.json())
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(ConnectionError("Home Assistant is gone"))
            for queue in self._queues.values():
                queue.put_nowait(None)

    def _take(self, message: Json) -> None:
        number = message["id"]
        if message["type"] == "event":
            if number in self._queues:
                self._queues[number].put_nowait(message["event"])
            return
        answer = self._answers.pop(number, None)
        if answer is None or answer.done():
            return
        if message.get("success", True):
            answer.set_result(message.get("result"))
        else:
            answer.set_exception(RefusedError(message["error"]["message"]))

    # ---- REST

    async def async_post(self, path: str, data: Json) -> Json:
        """Post JSON to an authenticated address. Raises ``RefusedError``."""
        return await self._async_request("POST", path, data)

    async def async_get(self, path: str) -> Json:
        """Get JSON from an authenticated address. Raises ``RefusedError``."""
        return await self._async_request("GET", path)

    async def async_delete(self, path: str) -> Json:
        """Delete what is at an authenticated address. Raises ``RefusedError``."""
        return await self._async_request("DELETE", path)

    async def _async_request(self, method: str, path: str, data: Json | None = None) -> Json:
        headers = {"Authorization": f"Bearer {self._token}"}
        url = f"{self._url}{path}"
        async with self._session.request(method, url, json=data, headers=headers) as answer:
            content: Json = await answer.json()
            if not answer.ok:
                raise RefusedError(f"{path}: {content.get('message', content)}")
            return content

    async def async_flow(self, handler: str, *steps: Json) -> Json:
        """Walk through a config flow, one form after the other; returns the entry it made."""
        step = await self.async_post("/api/config/config_entries/flow", {"handler": handler})
        for form in steps:
            flow = f"/api/config/config_entries/flow/{step['flow_id']}"
            step = await self.async_post(flow, form)
            if step.get("errors"):
                raise RefusedError(f"{handler}: {step['errors']}")
        if step["type"] != "create_entry":
            raise RefusedError(f"{handler}: {step.get('reason') or step['type']}")
        result: Json = step["result"]
        return result


@asynccontextmanager
async def connect(instance: Instance) -> AsyncIterator[Client]:
    """Wait until Home Assistant has started, and log in; the first time this makes the account.

    Raises ``StartError`` with the last lines of the log.
    """
    timeout = aiohttp.ClientTimeout(total=_CALL_S)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        try:
            async with asyncio.timeout(_START_S):
                await _async_answering(session, instance)
                token = (await async_tokens(session, instance.url))["access_token"]
                client = Client(session, instance.url, token)
                await client.async_open()
                await _async_started(client, instance)
        except TimeoutError as error:
            raise StartError(
                f"Home Assistant was not ready after {_START_S:g} s:\n{instance.tail()}"
            ) from error
        except (aiohttp.ClientError, ConnectionError) as error:
            raise StartError(f"lost Home Assistant ({error}):\n{instance.tail()}") from error
        try:
            yield client
        finally:
            await client.async_close()


async def _drain(queue: asyncio.Queue[Json | None]) -> AsyncIterator[Json]:
    while (event := await queue.get()) is not None:
        yield event


def _check(instance: Instance) -> None:
    if not instance.running:
        raise StartError(f"Home Assistant ended while starting:\n{instance.tail()}")


async def _async_answering(session: aiohttp.ClientSession, instance: Instance) -> None:
    while True:
        _check(instance)
        with suppress(aiohttp.ClientError, OSError):
            async with session.get(f"{instance.url}/auth/providers") as answer:
                if answer.status in {200, 400}:  # 400: there is no account yet
                    return
        await asyncio.sleep(_POLL_S)


async def _async_started(client: Client, instance: Instance) -> None:
    while (config := await client.async_call("get_config"))["state"] != "RUNNING":
        _check(instance)
        await asyncio.sleep(_POLL_S)
    if config["recovery_mode"]:
        raise StartError(f"Home Assistant started in recovery mode:\n{instance.tail()}")
    if "descent" not in config["components"] and config["safe_mode"]:
        raise StartError("Home Assistant started in safe mode, without custom integrations")


async def async_tokens(session: aiohttp.ClientSession, url: str) -> Json:
    """Log in; returns what a browser keeps of that. Raises ``StartError``."""
    client_id = f"{url}/"
    code = await _async_new_account(session, url) or await _async_login(session, url)
    form = {"grant_type": "authorization_code", "code": code, "client_id": client_id}
    async with session.post(f"{url}/auth/token", data=form) as answer:
        tokens: Json = await answer.json()
    if "access_token" not in tokens:
        raise StartError(f"could not log in: {tokens}")
    return tokens


async def _async_new_account(session: aiohttp.ClientSession, url: str) -> str | None:
    """Make the demo account, as the first step of onboarding; ``None`` if that was done before."""
    account = {"name": "Demo", "username": USER, "password": PASSWORD, "language": "en"}
    path = f"{url}/api/onboarding/users"
    async with session.post(path, json=account | {"client_id": f"{url}/"}) as answer:
        # 403: done, and Home Assistant still runs; 404: done before it started.
        if answer.status in {403, 404}:
            return None
        content = await answer.json()
        if not answer.ok:
            raise StartError(f"could not make the account {USER}: {content}")
        return str(content["auth_code"])


async def _async_login(session: aiohttp.ClientSession, url: str) -> str:
    start = {"client_id": f"{url}/", "handler": ["homeassistant", None], "redirect_uri": f"{url}/"}
    async with session.post(f"{url}/auth/login_flow", json=start) as answer:
        flow = await answer.json()
    form = {"client_id": f"{url}/", "username": USER, "password": PASSWORD}
    async with session.post(f"{url}/auth/login_flow/{flow['flow_id']}", json=form) as answer:
        done = await answer.json()
    if done.get("type") != "create_entry":
        raise StartError(
            f"{USER}/{PASSWORD} does not work any more; scripts/demo --reset starts anew"
        )
    return str(done["result"])
