"""Times what is spent in the code of some files, and in all that is called from there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
import sys
import threading
import time
from types import CodeType

_TOOL = sys.monitoring.PROFILER_ID
_EVENTS = sys.monitoring.events
_IN = (_EVENTS.PY_START, _EVENTS.PY_RESUME, _EVENTS.PY_THROW)
_OUT = (_EVENTS.PY_RETURN, _EVENTS.PY_YIELD, _EVENTS.PY_UNWIND)


class Stopwatch:
    """Seconds of CPU of the thread it was made in, by the name of a file or a folder of files."""

    def __init__(self, places: Mapping[str, Path]) -> None:
        """Watch the code below ``places``."""
        self.seconds = dict.fromkeys(places, 0.0)
        self._places = places
        self._thread = threading.get_ident()
        self._names: dict[CodeType, str | None] = {}
        self._depth = dict.fromkeys(places, 0)  # code of a place calls more of it
        self._began = dict.fromkeys(places, 0.0)

    def reset(self) -> None:
        """Begin anew."""
        self.seconds = dict.fromkeys(self._places, 0.0)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Watch while this is entered; not from code that is watched."""
        monitoring = sys.monitoring
        monitoring.use_tool_id(_TOOL, "bench")
        for event in _IN:
            monitoring.register_callback(_TOOL, event, self._enter)
        for event in _OUT:
            monitoring.register_callback(_TOOL, event, self._leave)
        monitoring.set_events(_TOOL, sum(_IN + _OUT))
        try:
            yield
        finally:
            monitoring.set_events(_TOOL, 0)
            monitoring.free_tool_id(_TOOL)
            monitoring.restart_events()  # for whoever watches next

    def _name(self, code: CodeType) -> str | None:
        if code not in self._names:
            file = Path(code.co_filename)
            found = (name for name, place in self._places.items() if file.is_relative_to(place))
            self._names[code] = next(found, None)
        return self._names[code]

    def _enter(self, code: CodeType, *what: object) -> object:
        name = self._name(code)
        if name is None:
            return _not_watched(what)
        if threading.get_ident() == self._thread:
            self._depth[name] += 1
            if self._depth[name] == 1:
                self._began[name] = time.thread_time()
        return None

    def _leave(self, code: CodeType, *what: object) -> object:
        name = self._name(code)
        if name is None:
            return _not_watched(what)
        if threading.get_ident() == self._thread:
            self._depth[name] -= 1
            if not self._depth[name]:
                self.seconds[name] += time.thread_time() - self._began[name]
        return None


def _not_watched(what: tuple[object, ...]) -> object:
    """Hear no more of a place; of exceptions, Python tells everybody."""
    return None if isinstance(what[-1], BaseException) else sys.monitoring.DISABLE
