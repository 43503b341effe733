"""E-mails to writers and editors: rendering them from the templates in `templates/mail`; they aren't sent.

It imports wording, letters, messages, the store and the rules. Begin with `to_writers.Correspondence`.
"""
