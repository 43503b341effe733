"""Personal data: retention and purging, finding a person's letters, erasure, export, a letter's dossier.

It may import the packages of letters before it, the store and the rules. Begin with `retention.purge`.
"""
