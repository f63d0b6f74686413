"""Hatch runs this for each wheel: the console's build must be in it."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ConsoleHook(BuildHookInterface[Any]):
    """Builds the console unless the source tree comes with a build of it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build; an editable installation does without, for ``make console`` is at hand."""
        root = Path(self.root)
        if self.target_name != "wheel" or version == "editable":
            return
        if not (root / "console").is_dir():
            self._require(root)
            return
        if shutil.which("npm") is None:
            self._require(root)
            self.app.display_warning(
                "npm is not there: the wheel takes the console as it was built."
            )
            return
        for command in (["npm", "ci"], ["npm", "run", "build"]):
            subprocess.run(command, cwd=root / "console", check=True)

    @staticmethod
    def _require(root: Path) -> None:
        if not (root / "src/gatescale/console/static/index.html").is_file():
            raise RuntimeError(
                "The console is not built and npm is not there to build it: install Node.js 20.19 "
                "or newer, or run `make console` on a machine that has it."
            )
