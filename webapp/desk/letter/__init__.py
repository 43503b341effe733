"""The pages of one letter: reading, claims, decisions, verification, editing, notes, tags, dossier.

`desk.queue` imports this package, not the other way round. Begin with `page`.
"""
