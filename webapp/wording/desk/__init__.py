"""Sentences that only editors see: names of states, moves and filters, history, accounts, verification.

They are in the catalogue ``desk`` of a language; a language of readers' pages can do without it.
"""
