"""Taking the outbox's messages to a mail server."""
