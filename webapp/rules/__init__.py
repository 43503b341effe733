"""The rules engine: what a paper asks of a letter, and the verdict on one submission.

Pure: it imports the standard library, `phonenumbers` and `email_validator`, and neither the web, the database
nor a clock. Begin with `check.check`; each field has a module of its own (`names`, `phones`, …).
"""
