"""Pages about one's own account: sign-in, second factors, password reset, accepting an invitation.

It imports the modules directly in `webapp.desk`, and none of its other folders. Begin with `sign_in`.
"""
