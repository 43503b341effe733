"""The editors' web interface (Flask blueprint `desk`): sign-in, queue, letters, messages, accounts.

It imports `webapp.web` and what stands above it, and neither `reader` nor `api`. Begin with `access`, which
checks who may see each page, and `views`, which imports all modules with pages.
"""
