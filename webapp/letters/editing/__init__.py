"""Operations on stored letters: moves, decisions, claims, calls, views, versions, approval, undo.

It may import the packages of letters before it, the outbox, the store and the rules. Begin with
`workflow`.
"""
