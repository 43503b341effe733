"""The editors' door: sign-in, the queue, one letter, messages, people.

It imports the web room and what stands above it, and no other door. Begin with `access`, which guards every
page, and `views`, which lists the modules with pages.
"""
