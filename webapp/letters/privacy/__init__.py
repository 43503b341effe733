"""Personal data: retention and purging, erasure, the export of one person's data, the dossier of a letter.

It may import the packages of letters before it, the store and the rules. Begin with `retention.purge`.
"""
