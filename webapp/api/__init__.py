"""The JSON API (`/api/v1/…`): a verdict on a letter, sending a letter, and the OpenAPI description.

It imports the web package and what that imports, and neither reader nor desk. Begin with `views`.
"""
