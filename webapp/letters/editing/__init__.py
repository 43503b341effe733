"""Operations on stored letters: moves, decisions, bulk, undo, claims, calls, versions, approval, withdrawal.

Also here: notes, assignment, tags, the record of who looked at particulars, and differences between texts. No
operation commits: the caller's transaction does. The package may import the packages of letters before it,
the outbox, the store and the rules. Begin with `workflow`.
"""
