"""The demo's configuration folder, and what it makes of a log."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path
import re
import socket

import pytest
import yaml

from demo.instance import HOST, ROOT, Instance, free_port, is_taken

LOG = """\
2026-11-22 04:22:26.256+00:00 WARNING (MainThread) [homeassistant.bootstrap] Skipping pip
2026-11-22 04:22:26.261+00:00 WARNING (SyncWorker_0) [homeassistant.loader] We found a custom \
integration descent which has not been tested by Home Assistant
2026-11-22 04:22:27.000+00:00 INFO (MainThread) [custom_components.descent.conductor] Fine
2026-11-22 04:22:32.553+00:00 ERROR (MainThread) [custom_components.descent] Error setting up
Traceback (most recent call last):
  File "custom_components/descent/__init__.py", line 80
2026-11-22 04:22:33.000+00:00 WARNING (MainThread) [homeassistant.helpers.frame] Detected that \
custom integration 'descent' does something
2026-11-22 04:22:33.500+00:00 WARNING (MainThread) [homeassistant.helpers.entity] Updating state \
for button.treadmill_key (<class 'custom_components.descent.button.Key'>) took 1.809 seconds
2026-11-22 04:22:34.000+00:00 ERROR (MainThread) [homeassistant.core] Error doing job
Traceback (most recent call last):
  File "/somewhere/custom_components/descent/runtime/conductor.py", line 1
"""


@pytest.fixture(name="instance")
def instance_fixture(tmp_path: Path) -> Instance:
    """Return an instance that was prepared and never started."""
    instance = Instance(tmp_path, 8123)
    instance.prepare()
    return instance


def stored(instance: Instance, key: str) -> dict[str, object]:
    """Read one of the files of Home Assistant's storage."""
    data: dict[str, object] = json.loads((instance.folder / ".storage" / key).read_text())["data"]
    return data


def test_it_listens_on_loopback_only_and_needs_no_confirmation(instance: Instance) -> None:
    http = stored(instance, "http")
    assert http["pending"] is None
    assert http["yaml_migration_done"] is True
    assert "'server_host': ['127.0.0.1']" in str(http["stable"])


def test_the_configuration_is_yaml_without_default_config(instance: Instance) -> None:
    text = (instance.folder / "configuration.yaml").read_text()
    configuration = yaml.safe_load(text)
    assert {"default_config", "http"}.isdisjoint(configuration)
    assert configuration["logger"]["logs"]["custom_components.descent"] == "info"


def test_the_integration_is_the_one_of_this_checkout(instance: Instance) -> None:
    linked = instance.folder / "custom_components" / "descent" / "manifest.json"
    assert linked.resolve() == ROOT / "custom_components" / "descent" / "manifest.json"


def test_preparing_again_keeps_the_account_and_takes_another_port(instance: Instance) -> None:
    onboarding = instance.folder / ".storage" / "onboarding"
    onboarding.write_text("kept")
    Instance(instance.folder, 8124).prepare(level="debug")
    assert onboarding.read_text() == "kept"
    assert "'server_port': 8124" in str(stored(instance, "http")["stable"])


def test_complaints_are_those_about_descent_with_their_tracebacks(instance: Instance) -> None:
    instance.log.write_text(LOG)
    complaints = instance.complaints()
    assert [re.findall(r"\[(.*?)\]", text)[0] for text in complaints] == [
        "custom_components.descent",
        "homeassistant.helpers.frame",
        "homeassistant.core",
    ]
    assert "line 80" in complaints[0]


def test_an_instance_that_never_logged_has_no_complaints(instance: Instance) -> None:
    assert instance.complaints() == []
    assert instance.tail() == ""


def test_a_folder_is_in_use_while_somebody_holds_its_lock(instance: Instance) -> None:
    with (instance.folder / ".ha_run.lock").open("w+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert instance.in_use


def test_a_lock_that_nobody_holds_is_no_use(instance: Instance) -> None:
    (instance.folder / ".ha_run.lock").touch()
    assert not instance.in_use


def test_a_new_folder_is_not_in_use(instance: Instance) -> None:
    assert not instance.in_use


def test_a_port_is_taken_while_somebody_listens(socket_enabled: None) -> None:
    port = free_port()
    assert not is_taken(port)
    with socket.socket() as listener:
        listener.bind((HOST, port))
        listener.listen()
        assert is_taken(port)


async def test_stopping_what_was_never_started_is_fine(instance: Instance) -> None:
    assert await instance.async_stop() == 0
    assert not instance.running
