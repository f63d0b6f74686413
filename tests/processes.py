"""The controller as a process of its own, for tests that kill it."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from databases import free_port
from live import Api, Created

GATESCALE = str(Path(sys.executable).with_name("gatescale"))


class ControllerProcess:
    """``gatescale serve`` on a data directory; may be killed and started again."""

    def __init__(self, data_dir: Path, *options: str) -> None:
        self.data_dir = data_dir
        self.listen = f"127.0.0.1:{free_port()}"
        self.url = f"http://{self.listen}"
        self._options = options
        self._log = (data_dir.parent / "controller.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._log.close()

    def start(self) -> None:
        """Start it, and return once it answers."""
        self._process = subprocess.Popen(
            [
                *(GATESCALE, "serve", "--data-dir", str(self.data_dir), "--listen", self.listen),
                *self._options,
            ],
            stderr=self._log,
        )
        deadline = time.monotonic() + 30
        while True:
            assert self._process.poll() is None, "the controller did not start"
            try:
                if Api(self.url, None).get("/readyz").status == 200:
                    return
            except OSError:
                assert time.monotonic() < deadline, "the controller does not answer"
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def kill(self) -> None:
        """End it without a warning."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def terminate(self) -> int:
        """Ask it to end; return its exit code."""
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(30)

    def tenant(self) -> Api:
        """Return the API of a fresh tenant, made by the command line."""
        import json

        made = subprocess.run(
            [GATESCALE, "tenant", "create", "--name", "Acme", "--owner-email", "o@acme.test"]
            + ["--json", "--data-dir", str(self.data_dir)]
            + [
                option for option in self._options if "postgresql" in option or "database" in option
            ],
            capture_output=True,
            check=True,
        )
        created = json.loads(made.stdout)
        ids = created["tenantId"], created["ownerId"], created["apiKey"]
        return Api(self.url, ids[2], Created(*ids))
