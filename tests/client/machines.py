"""Machines as posture sees them: trees of files, and programs with recorded answers."""

import os

from gatescale.client.posture.programs import MissingError, Ran
from gatescale.client.posture.system import System


class Machine:
    """A tree of files below ``root``; ``answers`` are what programs say, by their words.

    A program without an answer is not installed. An answer is its standard output, or how it ended.
    """

    def __init__(self, root):
        self.root = root
        self.answers = {}
        self.asked = []
        self.system = System(root, self._run)

    def _run(self, *command, user=None, patience=0):
        self.asked.append((command, user))
        for words, answer in self.answers.items():
            if " ".join(command).startswith(words):
                return answer if isinstance(answer, Ran) else Ran(0, answer, "")
        raise MissingError(f"{command[0]} is not installed")

    def file(self, path, content=""):
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())

    def folder(self, path):
        (self.root / path.lstrip("/")).mkdir(parents=True, exist_ok=True)

    def link(self, path, target):
        """Make a link as sysfs has them: relative."""
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(os.path.relpath(self.root / target.lstrip("/"), place.parent))

    def disk(self, name, number, *, uuid="", below=(), partition_of=""):
        """Make a block device in sysfs: a disk, a partition or what lies on others."""
        folder = f"/sys/devices/virtual/block/{name}"
        if partition_of:
            folder = f"/sys/devices/virtual/block/{partition_of}/{name}"
            self.file(f"{folder}/partition", "1\n")
        else:
            self.folder(f"{folder}/slaves")
        if uuid:
            self.file(f"{folder}/dm/uuid", uuid + "\n")
        for other in below:
            self.link(f"{folder}/slaves/{other}", self._of(other))
        self.link(f"/sys/dev/block/{number}", folder)
        self.link(f"/sys/class/block/{name}", folder)

    def root_on(self, number, kind, source):
        self.file(
            "/proc/self/mountinfo",
            "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
            f"27 1 {number} / / rw,relatime shared:1 - {kind} {source} rw\n",
        )

    def process(self, pid, name, uid=0):
        self.file(f"/proc/{pid}/comm", name[:15] + "\n")
        self.own(f"/proc/{pid}", uid)

    def own(self, path, uid):
        os.chown(self.root / path.lstrip("/"), uid, uid)

    def systemd(self, **states):
        """Have systemd run with these units, ``_`` for ``-`` in their names: active or not."""
        self.folder("/run/systemd/system")

        def run(*command, user=None, patience=0):
            if command[0] != "systemctl":
                return self._run(*command, user=user, patience=patience)
            units = command[command.index("--") + 1 :]
            said = [states.get(unit.replace("-", "_").split(".")[0], "inactive") for unit in units]
            return Ran(0 if set(said) == {"active"} else 3, "\n".join(said) + "\n", "")

        self.system = System(self.root, run)

    def _of(self, name):
        return "/" + str((self.root / f"sys/class/block/{name}").resolve().relative_to(self.root))
