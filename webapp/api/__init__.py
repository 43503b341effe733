"""The programs' door: the JSON API for verdicts and letters.

It imports the web room and what stands above it, and no other door. Begin with `views`.
"""
