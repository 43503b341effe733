"""The full-text index of letters, with the same results on SQLite (FTS5) and PostgreSQL (tsvector).

It imports the store and the rules. Begin with `index`; `search_words` splits texts and queries into words.
"""
