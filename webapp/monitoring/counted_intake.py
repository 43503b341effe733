"""The way in for every channel, counted."""

from webapp.letters.intake.intake import Arrival, Intake, Receipt, ReturnedError, WritesReceipts
from webapp.monitoring.metrics import Metrics
from webapp.rules.policy import Policy
from webapp.rules.submission import Submission
from webapp.store.database import Database


class CountedIntake(Intake):
    """Receives submissions, and counts what became of them; a letter that was sent again counts once."""

    def __init__(
        self, database: Database, secret_key: str, receipts: WritesReceipts | None, metrics: Metrics
    ) -> None:
        """Take letters in as `Intake` does, and count in ``metrics``."""
        super().__init__(database, secret_key, receipts)
        self._metrics = metrics

    def receive(self, submission: Submission, policy: Policy, arrival: Arrival) -> Receipt:
        """Do as `Intake.receive` does."""
        paper = policy.paper.slug
        try:
            receipt = super().receive(submission, policy, arrival)
        except ReturnedError as returned:
            self._metrics.note_returned(paper, arrival.channel, returned.verdict.refusals)
            raise
        if not receipt.repeated:
            self._metrics.note_accepted(paper, arrival.channel)
        return receipt
