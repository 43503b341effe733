"""Outgoing e-mail: the outbox and its lists, leases and retries, MIME and SMTP, the delivery worker.

It imports the store and the rules. Begin with `outbox.add_to_outbox`; `delivery_worker` sends what is due.
"""
