"""Intake: a submission from any channel is checked against the rules and stored once.

Also here: the confirmation of e-mail addresses, the record of imports, article keys, and a writer's earlier
letters. It imports the search index, the outbox, the store and the rules. Begin with `intake.Intake.receive`.
"""
