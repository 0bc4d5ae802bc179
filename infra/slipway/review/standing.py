"""How many reviews there are of how many: by the pull request, or by the commits, whichever knows more.

The two are not added up: `ada` there and `ada@example.org` here may be one person.
"""

from __future__ import annotations

from dataclasses import dataclass

from slipway.review.approvals import Approvals
from slipway.review.demand import Demand

__all__ = ["Standing", "standing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """`by` are logins or e-mail addresses; `against` those who ask for changes; `notes` say what did not count."""

    needed: int
    because: str
    by: tuple[str, ...]
    against: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether there are as many as are needed, and nobody is against it; none are needed without a demand."""
        return self.needed == 0 or (len(self.by) >= self.needed and not self.against)

    @property
    def words(self) -> str:
        """How it stands, such as `1 of 2 (ada)`."""
        if not self.needed:
            return "none needed"
        who = f" ({', '.join(self.by)})" if self.by else ""
        against = f", and {', '.join(self.against)} asked for changes" if self.against else ""
        return f"{len(self.by)} of {self.needed}{who}{against}"


def standing(needed: Demand, approvals: Approvals, reviewers: tuple[str, ...], notes: tuple[str, ...] = ()) -> Standing:
    """What a demand, a pull request's approvals and the reviewers that commits name come to."""
    by = max(approvals.by, reviewers, key=len)
    if approvals.of_another:
        notes = (*notes, f"{', '.join(approvals.of_another)} approved of another commit than the one judged")
    return Standing(needed.reviews, needed.because, by, approvals.against, notes)
