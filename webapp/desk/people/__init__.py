"""Pages for chiefs: administration of accounts, and export and erasure of one writer's personal data.

It may import `webapp.desk.account` and the modules directly in `webapp.desk`. Begin with `colleagues`.
"""
