"""A letter's life: taken in, edited and decided on, listed and searched, compared, purged, backed up.

It imports the rules, the store and the messages. Each package in it may import those before it: `search`,
`intake`, `editing`, `queue`, `similar`, `privacy`, `upkeep`. Begin with `intake.intake.Intake` and
`editing.workflow`.
"""
