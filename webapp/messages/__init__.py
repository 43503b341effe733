"""Outgoing messages: the outbox table, leases on due messages, MIME and SMTP.

It imports the store and the rules. Begin with `outbox.add_to_outbox`; `delivery_worker` sends what is due.
"""
