"""Letters that come as e-mail."""
