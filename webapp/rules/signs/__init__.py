"""What an editor would want to look at in a letter's text.

Nothing here refuses a letter, and none of it is shown to the writer. A sign that is often wrong is soon
ignored, so each one would rather miss a letter than point at the wrong one.
"""

from webapp.rules.signs.disposable import is_disposable
from webapp.rules.signs.notice import Noticed, Sign, signs_of

__all__ = ["Noticed", "Sign", "is_disposable", "signs_of"]
