"""The rules engine: policies, submissions, and the check of one against the other that returns a verdict.

It imports the standard library, `phonenumbers` and `email_validator`; no web, no database, no clock and no
network. The only files it reads are policies, the time zone database and its list of common words. Start with
`check.check`. Fields of a submission are read in a module each (`names`, `phones`, …) or in groups
(`letter_text`, `article`, `declarations`).
"""
