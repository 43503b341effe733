"""Pages about one's own account: sign-in, second step, password, passkeys, invitations taken up.

It imports what stands above the desk. Begin with `sign_in`.
"""
