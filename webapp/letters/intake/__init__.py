"""Intake: a submission is checked and stored once, from whichever channel it comes.

It imports the search index, the outbox, the store and the rules. Begin with `intake.Intake.receive`.
"""
