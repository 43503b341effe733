"""Lists of letters: pages of the queue, filters, saved filters, stories and related letters.

It may import the packages of letters before it, the store and the rules. Begin with `queue_page`.
"""
