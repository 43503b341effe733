"""Lists of letters: the queue with its filters, stories, saved filters, related letters.

It may import the packages of letters before it, the store and the rules. Begin with `queue_page`.
"""
