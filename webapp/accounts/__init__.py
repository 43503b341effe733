"""Editors' accounts and API keys: passwords, sign-ins, second factors, invitations, roles.

It imports the letters (for claims), the store and the rules. Begin with `sign_ins` and `administration`.
"""
