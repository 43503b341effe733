"""One installation: settings, instance folder, policy files, clock, gunicorn server, background worker.

It may import rules, store, mailbox, messages, letters, accounts and monitoring. Begin with
`settings.read_settings`.
"""
