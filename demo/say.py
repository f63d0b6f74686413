"""What the demo prints: a step in plain words, the command that did it, and whether it worked."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class StepFailedError(Exception):
    """The step did not do what it should; the words say what came instead."""


class Teller:
    """Prints the demo's steps, and counts those that failed."""

    def __init__(self) -> None:
        self.failed = 0
        self._number = 0
        self._colour = sys.stdout.isatty()

    def title(self, words: str) -> None:
        """Begin a part."""
        print(f"\n{self._paint('1', words)}", flush=True)

    def command(self, command: str) -> None:
        """Show the command that does the step."""
        print(self._paint("2", f"      $ {command}"), flush=True)

    def shown(self, text: str) -> None:
        """Show what a command printed."""
        for line in text.strip().splitlines()[:6]:
            print(f"        {line[:110]}", flush=True)

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        """Do a step: it passes if the block ends, and fails if it raises.

        Raises:
            StepFailedError: again, as later steps build on this one.
        """
        self._number += 1
        print(f"{self._number:>4}. {words}", flush=True)
        began = time.monotonic()
        try:
            yield
        except (StepFailedError, AssertionError) as error:
            self.failed += 1
            print(self._paint("31", f"      FAILED: {error}"), flush=True)
            raise StepFailedError(str(error)) from error
        print(self._paint("32", f"      ok ({time.monotonic() - began:.1f} s)"), flush=True)

    def _paint(self, code: str, words: str) -> str:
        return f"\x1b[{code}m{words}\x1b[0m" if self._colour else words
