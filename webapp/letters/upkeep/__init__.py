"""Looking after the data: backup and restore, and sealing everything again when a key changes.

It may import all other packages of letters, the store and the rules. Begin with `backup.back_up`.
"""
