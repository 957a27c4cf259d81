"""Simulated treadmills that speak the real protocols, for the tests and for trying out by hand.

- ``wire.py`` makes the bytes a fitness machine sends. It shares nothing with the driver's codec, so
  that no mistake is made in both at once.
- ``quirks.py`` has what is odd about machines and what may go wrong on the wire, each an incident
  from the field, and ``profiles.py`` the families of machines that have them.
- ``control_point.py`` obeys commands, ``ftms.py`` is the whole machine without a transport, and
  ``console.py`` plays the runner at its keys from lines of text.
- Transports: ``dircon.py`` (TCP), and further ones beside it.

All but the transports import nothing but the standard library and this integration's ``training``
and ``treadmills``, so they run wherever Home Assistant does.
"""
