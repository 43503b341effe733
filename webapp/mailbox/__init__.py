"""Reading an e-mail message as a submission: headers, MIME parts, charsets, quotes, signatures, particulars.

It imports the rules only. Begin with `message.submission_from_message`; `files` reads mbox files and
maildirs.
"""
