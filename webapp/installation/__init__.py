"""One installation: settings, instance folder, policy files, clock, server process, background worker.

It imports every room above it, from the rules to monitoring. Begin with `settings.read_settings`.
"""
