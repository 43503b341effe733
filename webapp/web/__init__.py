"""What all doors share: services, security headers, sessions, languages, template filters, limits.

It imports every room above it, and no door. Begin with `services.Services`.
"""
