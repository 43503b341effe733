"""Monitoring: the JSON log, the request log and the Prometheus metrics, all without personal data.

It imports the letters, the messages, the store and the rules. Begin with `logs` and `metrics`.
"""
