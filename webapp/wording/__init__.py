"""Translated sentences for codes and numbers: findings, states, events, roles, policies, API problems.

Imports the rules, the store, the letters and the accounts. Start with ``findings.sentence``.
"""
