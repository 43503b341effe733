"""Pages for chiefs: the desk's accounts, and the personal data of one writer.

It may import `desk.account` and what stands above the desk. Begin with `colleagues`.
"""
