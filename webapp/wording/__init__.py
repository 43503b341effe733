"""Sentences for codes and numbers, in every language: the only place where findings and states are worded.

It imports the rules, the store, the letters and the accounts. Begin with `findings.sentence`.
"""
