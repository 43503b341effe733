"""What an operator sees of a running installation: its log and its metrics, without personal data.

It imports the letters, the messages, the store and the rules. Begin with `logs` and `metrics`.
"""
