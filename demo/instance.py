"""A configuration folder, and the Home Assistant process that runs in it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
import ctypes
from datetime import UTC, datetime
import fcntl
import json
import os
from pathlib import Path
import re
import shutil
import signal
import socket
from string import Template
import subprocess
import sys
from typing import Any

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".venv-demo" / "bin" / "python"
HOST = "127.0.0.1"
LOG_TAIL = 30  # lines shown when a start fails

# Home Assistant stops everything in its own stages, each with a limit; 60 s are beyond all of them.
_STOP_S = 60.0
_KILL_S = 5.0

# Seeded, because a host in configuration.yaml makes the frontend ask for a confirmation, and the
# other way, a pending configuration, restarts Home Assistant after five minutes without one.
_HTTP_VERSION = 3
_HTTP = {
    "server_host": [HOST],
    "cors_allowed_origins": ["https://cast.home-assistant.io"],
    "login_attempts_threshold": -1,
    "ip_ban_enabled": True,
    "ssl_profile": "intermediate_v6",
    "use_x_frame_options": True,
    "error": None,
    "error_message": None,
}
# Everything but the user: that step is done over REST, as a browser does it.
_ONBOARDING_VERSION = 4
_ONBOARDED = ["core_config", "analytics", "integration"]

_RECORD = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:.+-]+ (?P<level>[A-Z]+) \([^)]*\) \[(?P<logger>[^]]+)\]"
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class StartError(Exception):
    """Home Assistant did not start; the message is for the user."""


class Instance:
    """One Home Assistant in one folder on one port of the loopback interface."""

    def __init__(self, folder: Path, port: int) -> None:
        """Take ``folder`` for the configuration; nothing is written or started yet."""
        self.folder = folder
        self.port = port
        self.log = folder / "demo.log"  # everything that the process prints
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the user interface."""
        return f"http://{HOST}:{self.port}"

    @property
    def in_use(self) -> bool:
        """Whether another Home Assistant runs in the folder: it holds a lock on a file there."""
        try:
            with (self.folder / ".ha_run.lock").open("r+b") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Process number, while it lives."""
        return self._process.pid if self._process is not None and self.running else None

    def prepare(self, *, level: str = "info") -> None:
        """Write the configuration; keep what a user of this folder has made in it."""
        storage = self.folder / ".storage"
        storage.mkdir(parents=True, exist_ok=True)
        template = Template((Path(__file__).parent / "configuration.yaml").read_text("utf-8"))
        (self.folder / "configuration.yaml").write_text(template.substitute(level=level), "utf-8")
        components = self.folder / "custom_components"
        if components.is_symlink() or not components.exists():
            components.unlink(missing_ok=True)
            components.symlink_to(ROOT / "custom_components", target_is_directory=True)
        if not (storage / "onboarding").exists():
            _store(storage, "onboarding", _ONBOARDING_VERSION, {"done": _ONBOARDED})
        stable = _HTTP | {
            "server_port": self.port,
            "created_at": datetime.now(UTC).isoformat(),
        }
        http = {"stable": stable, "pending": None, "yaml_migration_done": True}
        _store(storage, "http", _HTTP_VERSION, http)

    def add_session(self, path: Path) -> None:
        """Copy a session file to where Descent looks for the user's own."""
        sessions = self.folder / "descent" / "sessions"
        sessions.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, sessions)

    def start(self, *, quiet: bool = True) -> None:
        """Start the process; ``quiet`` sends what it prints to the log only."""
        output = self.log.open("wb") if quiet else None
        try:
            # A session of its own: Ctrl-C at the terminal reaches this program only, which then
            # asks Home Assistant to stop, once. A second signal would make it drop everything.
            self._process = subprocess.Popen(  # noqa: S603 - the interpreter of this repository's own environment
                [
                    str(PYTHON),
                    "-m",
                    "homeassistant",
                    "--config",
                    str(self.folder),
                    "--skip-pip",
                    "--log-no-color",
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if quiet else None,
                start_new_session=True,
                preexec_fn=end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one thread only
            )
        finally:
            if output is not None:
                output.close()

    async def async_stop(self) -> int:
        """Ask the process to stop and wait for it; returns its exit code."""
        process = self._process
        if process is None:
            return 0
        for ask, patience in ((signal.SIGINT, _STOP_S), (signal.SIGKILL, _KILL_S)):
            if process.poll() is None:
                process.send_signal(ask)
                with suppress(subprocess.TimeoutExpired):
                    await asyncio.to_thread(process.wait, patience)
        return process.wait()

    def kill(self) -> None:
        """End the process with SIGKILL, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    # ---- its log

    def tail(self, lines: int = LOG_TAIL) -> str:
        """Return the last lines of the log."""
        return "\n".join(self._text().splitlines()[-lines:])

    def complaints(self) -> list[str]:
        """Return the warnings and errors in the log that come from Descent or are about it."""
        records: list[list[str]] = []
        for line in self._text().splitlines():
            if _RECORD.match(line):
                records.append([line])
            elif records:
                records[-1].append(line)
        return [text for text in map("\n".join, records) if _is_complaint(text)]

    def _text(self) -> str:
        try:
            return _COLOUR.sub("", self.log.read_text("utf-8", errors="replace"))
        except OSError:
            return ""


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_taken(port: int) -> bool:
    """Whether somebody listens on this port of the loopback interface."""
    with socket.socket() as probe:
        # As Home Assistant's server does: a connection that is still closing takes nothing.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
        return False


def _is_complaint(text: str) -> bool:
    record = _RECORD.match(text)
    if record is None or record["level"] not in {"WARNING", "ERROR", "CRITICAL"}:
        return False
    about = (
        "custom_components/descent",
        "custom integration 'descent'",
        "custom_components.descent",
    )
    # Home Assistant says the first of every custom integration, and the second when the computer
    # was busy for a moment: how long a state takes is for scripts/bench to measure.
    no_complaint = ("has not been tested", "Updating state for ")
    return any(name in text for name in about) and not any(said in text for said in no_complaint)


def _store(folder: Path, key: str, version: int, data: dict[str, Any]) -> None:
    content = {"version": version, "minor_version": 1, "key": key, "data": data}
    path = folder / key
    path.write_text(json.dumps(content, indent=2), "utf-8")
    path.chmod(0o600)


def end_with_parent() -> None:
    """Let the kernel stop this process when its parent is gone: no orphan, even after a kill -9."""
    pr_set_pdeathsig = 1
    parent = os.getppid()
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
