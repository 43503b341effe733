"""What reader, desk and API share: services, headers, sessions, languages, filters, limits, errors, health.

It may import every package but the views (reader, desk, api), the factory and the command line. Begin with
`services.Services`.
"""
