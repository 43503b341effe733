"""One installation: settings, instance and temporary folders, policy files, clock, server, background worker.

It also has the list of disposable mail domains. It may import rules, store, mailbox, messages, letters,
accounts and monitoring. Begin with `settings.read_settings`.
"""
