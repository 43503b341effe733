"""`CountedIntake`, an `Intake` that counts accepted and returned letters and refusals, by channel."""

from collections.abc import Container

from webapp.letters.intake.intake import Arrival, Intake, Receipt, ReturnedError, WritesReceipts
from webapp.monitoring.metrics import Metrics
from webapp.rules.policy import Policy
from webapp.rules.submission import Submission
from webapp.store.database import Database


class CountedIntake(Intake):
    """An `Intake` that counts the outcomes of `receive`; its other methods count nothing.

    A letter that is sent again after it was stored isn't counted again; a submission that breaks rules is
    counted each time.
    """

    def __init__(
        self,
        database: Database,
        secret_key: str,
        receipts: WritesReceipts | None,
        metrics: Metrics,
        *,
        disposable_domains: Container[str] = frozenset(),
    ) -> None:
        """Create the intake.

        Args:
            database: As for `Intake`.
            secret_key: As for `Intake`.
            receipts: As for `Intake`.
            metrics: The metrics of this process.
            disposable_domains: As for `Intake`.
        """
        super().__init__(database, secret_key, receipts, disposable_domains=disposable_domains)
        self._metrics = metrics

    def receive(self, submission: Submission, policy: Policy, arrival: Arrival) -> Receipt:
        """Do as `Intake.receive` does, and count the outcome: a letter that was stored or a `ReturnedError`.

        Raises:
            ReturnedError: the submission breaks rules; the verdict says which.
            AlreadySentError: a different submission was stored with the same submission key; not counted.
            MailboxFullError: the mailbox is full; not counted.
            StoreAwayError: the database can't be reached; not counted here.
        """
        paper = policy.paper.slug
        try:
            receipt = super().receive(submission, policy, arrival)
        except ReturnedError as returned:
            self._metrics.count_returned_submission(paper, arrival.channel, returned.verdict.refusals)
            raise
        if not receipt.repeated:
            self._metrics.count_accepted_letter(paper, arrival.channel)
        return receipt
