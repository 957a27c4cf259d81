"""A part that never ends, nor does what it has started."""

import subprocess
import sys

from bench.options import Options
from bench.part import Say


def measure(options: Options, say: Say) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    say("near", child.pid)
    child.wait()
