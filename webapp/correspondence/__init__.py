"""E-mails to writers and editors: rendering them from the templates in `templates/mail`.

It imports wording, letters, messages and rules. Begin with `to_writers.Correspondence`.
"""
