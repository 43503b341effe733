"""Pages about one letter: reading, deciding, verifying, editing, notes, dossier.

It imports what stands above the desk. Begin with `page`.
"""
