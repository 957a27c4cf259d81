"""Run pytest on a Home Assistant that the test package was not made from."""

# First: Home Assistant replaces modules that pytest's plugins import.
import homeassistant  # noqa: F401, I001

import sys

from homeassistant.components import logger
import pytest

# The test package takes this name from there, for a helper that no test here uses;
# newer releases keep it elsewhere.
vars(logger).setdefault("_clear_logger_overwrites", None)

if __name__ == "__main__":
    sys.exit(pytest.main(sys.argv[1:]))
