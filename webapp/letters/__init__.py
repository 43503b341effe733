"""Everything about stored letters: intake, editing, search, the queue, similar letters, privacy, backups.

It imports the rules, the store and the messages. Each package in it may import those before it: `search`,
`intake`, `editing`, `queue`, `similar`, `privacy`, `upkeep`. The module `lookup` reads one letter with its
related rows, for all of them. Begin with `intake.intake.Intake` and `editing.workflow`.
"""
