"""Monitoring: JSON log, request log, Prometheus metrics and their page, all without personal data.

It imports the letters, the messages, the store and the rules. Begin with `logs` and `metrics`.
"""
