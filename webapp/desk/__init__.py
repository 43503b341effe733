"""The editors' web interface (Flask blueprint `desk`): sign-in, queue, letters, writers, messages, accounts.

It imports `webapp.web`, `webapp.accounts` and packages that these import, and neither `reader` nor `api`.
Begin with `access`, which checks who may see each page, and `views`, which imports all modules with pages.
"""
