"""What is written to whom: the text of messages to writers and editors, made from `templates/mail`.

It imports the wording, the letters, the messages and the rules. Begin with `to_writers.Correspondence`.
"""
