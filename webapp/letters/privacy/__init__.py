"""Personal data: retention periods, erasure, the export of one person's data, a letter's dossier.

It may import the packages of letters before it, the store and the rules. Begin with `retention.purge`.
"""
