"""The database: engine and sessions, column types, models, encryption at rest, migrations, secure deletion.

It imports the rules only (for their enumerations). Begin with `database.Database` and `models`.
"""
