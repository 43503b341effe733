"""Letters that share passages with other letters, found by fingerprints (winnowing).

It may import the packages of letters before it, the store and the rules. Begin with `likeness`.
"""
