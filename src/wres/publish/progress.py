"""How far a publication is: organisations done, failed and to go, the time left, and the slowest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

FEWEST_TIMED = 4  # pages made before their pace says anything


@dataclass(frozen=True)
class Standing:
    """How far a publication is.

    Attributes
    ----------
    text : str
        What was done last, or is being done.
    done, failed, total : int
        Organisations whose report is made, could not be made, and that get one in all.
    unchanged : int
        Those of the done whose report was taken as it was.
    seconds_left : float or None
        Estimate of the time that the others will take; None while nothing can be said.
    """

    text: str
    done: int = 0
    failed: int = 0
    total: int = 0
    unchanged: int = 0
    seconds_left: float | None = None

    def line(self) -> str:
        """All of it in a line."""
        counted = f"[{self.done + self.failed}/{self.total}] {self.text}"
        failed = f", {self.failed} failed" if self.failed else ""
        left = "" if self.seconds_left is None else f", {duration(self.seconds_left)} left"
        return f"{counted}{failed}{left}"


Progress = Callable[[Standing], None]


def silent(_: Standing) -> None:
    """Say nothing."""


@dataclass
class Tally:
    """Counts the reports of organisations as they are made, and says how far the publication is.

    Attributes
    ----------
    total
        Organisations that get a report.
    say
        Told each step.
    """

    total: int
    say: Progress
    clock: Callable[[], float] = monotonic
    failed: int = 0
    unchanged: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._began = self.clock()

    def step(self, text: str) -> None:
        """Say what is being done."""
        self.say(self._standing(text))

    def begin(self) -> None:
        """Reports begin to be made: the time left is judged from here."""
        self._began = self.clock()

    def took_unchanged(self, text: str) -> None:
        """Count a report that was taken as it was."""
        self.unchanged += 1
        self.step(f"{text}: unchanged")

    def made(self, text: str, seconds: float) -> None:
        """Count a report that was made."""
        self.seconds[text] = seconds
        self.step(text)

    def failed_at(self, text: str, reason: str) -> None:
        """Count a report that could not be made, and say why."""
        self.failed += 1
        self.step(f"{text}: FAILED: {reason}")

    def slowest(self, number: int = 3) -> list[tuple[str, float]]:
        """The reports that took longest and their seconds."""
        return sorted(self.seconds.items(), key=lambda item: (-item[1], item[0]))[:number]

    def _standing(self, text: str) -> Standing:
        done = len(self.seconds) + self.unchanged
        timed = len(self.seconds) + self.failed
        left = None
        if timed >= FEWEST_TIMED:
            left = (self.clock() - self._began) / timed * (self.total - done - self.failed)
        return Standing(text, done, self.failed, self.total, self.unchanged, left)


def duration(seconds: float) -> str:
    """A time in words as exact as an estimate can be."""
    if seconds < 60:
        return "less than a minute"
    if seconds < 3600:
        return f"about {round(seconds / 60)} min"
    return f"about {seconds / 3600:.1f} hours"
