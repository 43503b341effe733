"""The readers' door: the letter form, the receipt, the writer's own page.

It imports the web room and what stands above it, and no other door. Begin with `views`.
"""
