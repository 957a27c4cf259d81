"""Names that the simulated devices and the tests share."""

DOMAIN = "stand_in_devices"
HEARD = "stand_in_devices_heard"  # by everybody in front of a loudspeaker
READ = "stand_in_devices_read"  # on the phone
SPEAKERS = ("Hall", "Stereo", "Treadmill speaker")
VOLUME = 0.2  # of every loudspeaker, in the beginning
VOICE_HZ = 8000  # tells a voice from a tone
