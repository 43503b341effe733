"""The record: what is kept of a letter, and what may happen to it."""
