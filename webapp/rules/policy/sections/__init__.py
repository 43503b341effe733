"""Sections of a policy file, a module each: its frozen dataclass with the defaults, its enums, its reader.

A reader takes the `TomlTable` of its section, adds the mistakes that it finds in it, and always returns a
value, which must not be used if there is a mistake.
"""
