"""Reading an e-mail message as a submission: headers, MIME parts, charsets, quotes, signatures, particulars.

Imports the rules only. Start with ``message.submission_from_message``; ``mail_files`` reads mbox files and
maildirs.
"""
