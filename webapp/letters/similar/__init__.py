"""Similar letters: letters that share passages with other letters, found by fingerprints (winnowing).

It may import the packages of letters before it, the store and the rules. Begin with `similar_letters`;
`fingerprints` computes them, and `fingerprint_index` stores them in the background.
"""
