"""Operations on stored letters: moves, decisions, claims, verification, versions, approval, withdrawal, undo.

It may import the packages of letters before it, the outbox, the store and the rules. Begin with
`workflow`.
"""
