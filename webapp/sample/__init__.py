"""Sample data of `lettersdesk demo`: letters at every stage of editing, and accounts of colleagues.

It imports letters, accounts, the store and the rules. Begin with `letters.add_sample_letters`.
"""
