"""What is sent to the speaker that the user named, and the notification of a fault."""
