"""The public pages for writers: the letter form and the writer's own page of a letter.

It imports `webapp.web` and what that imports, and neither `desk` nor `api`. Begin with `views`.
"""
