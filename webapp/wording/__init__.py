"""Translated sentences for codes and numbers (findings, states, events, policies …); formats, verdict JSON.

Sentences are in the language of the current request or of `force_locale`, and in English without either.
Imports the rules, the store, the letters and the accounts. Start with ``findings.sentence``.
"""
