"""Sentences, for the command line, for requirements that a database doesn't meet: what to do about each."""

from collections.abc import Mapping

from webapp.store.requirements import MIN_POSTGRES_VERSION, MIN_SQLITE_VERSION, Requirement

UNMET_REQUIREMENTS: Mapping[Requirement, str] = {
    Requirement.SQLITE_VERSION: (
        f"This Python has a SQLite older than {'.'.join(map(str, MIN_SQLITE_VERSION))}. Install a newer one."
    ),
    Requirement.SQLITE_SEARCH: (
        "This Python’s SQLite has no full-text search (FTS5). Install one that was compiled with it."
    ),
    Requirement.SQLITE_LOG: (
        "The file system of the SQLite file allows no write-ahead log, as network file systems don’t. "
        "Put the file on a disk of this machine, or use PostgreSQL."
    ),
    Requirement.SQLITE_WRITABLE: (
        "The SQLite file or its folder can’t be written to. Both have to belong to the user who serves."
    ),
    Requirement.POSTGRES_ENCODING: (
        "The PostgreSQL database is not in UTF-8, so that letters in most scripts can’t be stored. "
        "Create it with: CREATE DATABASE letters ENCODING 'UTF8' TEMPLATE template0"
    ),
    Requirement.POSTGRES_VERSION: (
        f"The PostgreSQL server is older than version {MIN_POSTGRES_VERSION}. Use a newer one."
    ),
    Requirement.POSTGRES_WRITABLE: (
        "The PostgreSQL server is a standby, or set to read-only. LETTERSDESK_DATABASE_URL has to name the "
        "primary server."
    ),
    Requirement.POSTGRES_DURABLE: (
        "synchronous_commit is off for this role or database: a letter could be lost after its receipt. "
        "Set it to on."
    ),
    Requirement.POSTGRES_SCHEMA_RIGHT: (
        "The PostgreSQL role may not create tables. Make it the owner of the database: "
        "ALTER DATABASE letters OWNER TO letters"
    ),
    Requirement.POSTGRES_TABLE_RIGHTS: (
        "The PostgreSQL role may not read and change all tables. Make it their owner, or grant it SELECT, "
        "INSERT, UPDATE and DELETE on all of them."
    ),
}
