"""Codes and numbers into sentences, for every channel and language: the one place where they are worded."""
