"""What reader, desk and API share: services, security headers, sessions, languages, filters, rate limits.

It may import every package but the views (reader, desk, api), the factory and the command line. Begin with
`services.Services`.
"""
