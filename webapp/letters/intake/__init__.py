"""Intake: a submission from any channel is checked against the rules and stored once.

It imports the search index, the outbox, the store and the rules. Begin with `intake.Intake.receive`.
"""
