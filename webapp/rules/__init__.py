"""The rules engine: checks one submission against one paper's policy and returns a verdict.

Pure: it imports the standard library, `phonenumbers` and `email_validator`; no web, no database, no clock and
no network. Start with `check.check`. Each field of a submission has its own module (`names`, `phones`, …).
"""
