"""Sample data of `lettersdesk demo`: letters (received, shortlisted, held, declined), and colleagues.

It imports letters, accounts, the store and the rules. Begin with `letters.add_sample_letters`.
"""
