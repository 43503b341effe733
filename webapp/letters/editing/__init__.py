"""What editors and writers do with a stored letter: states, decisions, claims, versions, approval, notes.

It may import the packages of letters before it, the outbox, the store and the rules. Begin with
`workflow`.
"""
