"""The editors' door: sign-in, the queue, the letter."""
