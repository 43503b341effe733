"""The pages of one letter: reading, decisions, verification, editing, notes, dossier.

`desk.queue` imports this package, not the other way round. Begin with `page`.
"""
