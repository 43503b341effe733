"""The sample letters and colleagues of `lettersdesk demo`.

It imports the letters, the accounts, the store and the rules. Begin with `letters.fill`.
"""
