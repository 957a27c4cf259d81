"""What the gym and those who watch it agree on."""

DOMAIN = "gym"
HEARD = "gym_heard"  # by everybody in front of a loudspeaker
READ = "gym_read"  # on the phone
SPEAKERS = ("Hall", "Stereo", "Treadmill speaker")
VOLUME = 0.2  # of every loudspeaker, in the beginning
VOICE_HZ = 8000  # tells a voice from a tone
