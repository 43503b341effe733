"""Maintenance of the stored data: backup, restore, and resealing with a new key.

It may import all other packages of letters, the store and the rules. Begin with `backup.back_up`.
"""
