"""A part that measures what it said it would, and prints something else besides."""

import sys

from bench.options import Options
from bench.part import Say


def measure(options: Options, say: Say) -> None:
    sys.stdout.write("not a figure\n")
    say("near", 7.0, rounds=1 if options.quick else 10)
    say("far", 12.0)
    say("name", "somebody")
    say.skip("it is not there", "other")
