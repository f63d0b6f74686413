"""Whether the screens of those who sit at the machine lock themselves when left alone."""

import pwd
from typing import Final

import msgspec

from gatescale.client.posture.programs import UnknownError, User
from gatescale.client.posture.system import System, settings

SESSIONS: Final = "/run/systemd/sessions"
WATCHED: Final = (f"{SESSIONS}/",)
"""Not people's own settings: their folders may lie where looking takes for ever."""
LOCKERS: Final = {
    "cinnamon-screensaver",
    "light-locker",
    "mate-screensaver",
    "xautolock",
    "xfce4-screensaver",
    "xss-lock",
}
"""Programs that lock, and do nothing else."""
IDLERS: Final = {"hypridle", "swayidle"}
"""Programs that do what they are told when nobody is there."""
COMM: Final = 15


class Session(msgspec.Struct, frozen=True):
    """Somebody at the machine's screen.

    Attributes:
        user: who.
        desktop: as the desktop calls itself, in lower case.
    """

    user: User
    desktop: str


def lock_themselves(system: System) -> bool:
    """Return whether the screens of all who have a graphical session lock themselves."""
    sessions = _sessions(system)
    if not sessions:
        raise UnknownError("nobody has a graphical session: there is no screen to lock")
    return all(_locks_itself(system, session) for session in sessions)


def _sessions(system: System) -> list[Session]:
    """Return the graphical sessions of people, as logind keeps them."""
    found = []
    for name in system.names(SESSIONS):
        # Beside each session's file there may be its pipe.
        if name.endswith(".ref"):
            continue
        said = settings(system.text_or_none(f"{SESSIONS}/{name}") or "")
        graphical = said.get("TYPE") in {"x11", "wayland", "mir"}
        if graphical and said.get("CLASS", "user").startswith("user") and "UID" in said:
            found.append(Session(_user(int(said["UID"])), said.get("DESKTOP", "").lower()))
    return found


def _user(uid: int) -> User:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise UnknownError(f"nobody has the user id {uid}") from None
    return User(uid, entry.pw_gid, entry.pw_dir)


def _locks_itself(system: System, session: Session) -> bool:
    if _locker_runs(system, session.user):
        return True
    if any(name in session.desktop for name in ("gnome", "ubuntu", "unity", "budgie", "pop")):
        return _gnome(system, session.user)
    if any(name in session.desktop for name in ("kde", "plasma")):
        return _kde(system, session.user)
    raise UnknownError(f"how the desktop {session.desktop or 'without a name'} locks is not known")


def _gnome(system: System, user: User) -> bool:
    def setting(schema: str, key: str) -> str:
        asked = ("gsettings", "get", f"org.gnome.desktop.{schema}", key)
        return system.output(*asked, user=user).strip()

    forbidden = setting("lockdown", "disable-lock-screen") == "true"
    after = setting("session", "idle-delay").removeprefix("uint32 ")
    # Zero seconds means never.
    return setting("screensaver", "lock-enabled") == "true" and not forbidden and after != "0"


def _kde(system: System, user: User) -> bool:
    """Return what kscreenlockerrc says; what it does not say is on."""
    # As who it belongs to: what lies there may be anything, and not for us to open.
    path = f"{user.home}/.config/kscreenlockerrc"
    ran = system.run("cat", "--", path, user=user)
    if ran.status != 0 and "No such file" not in ran.complaint:
        raise UnknownError(f"{path} cannot be read")
    said = ran.output
    daemon = said.partition("[Daemon]")[2].partition("\n[")[0]
    values = settings(daemon)
    return values.get("Autolock", "true") == "true" and values.get("Timeout", "5") != "0"


def _locker_runs(system: System, user: User) -> bool:
    lockers, idlers = ({name[:COMM] for name in names} for names in (LOCKERS, IDLERS))
    for pid in (name for name in system.names("/proc") if name.isdecimal()):
        try:
            name = system.text(f"/proc/{pid}/comm")
            if name not in lockers | idlers or not _is_of(system, pid, user):
                continue
            if name in lockers or "lock" in system.text(f"/proc/{pid}/cmdline"):
                return True
        except UnknownError:
            # It ended meanwhile.
            continue
    return False


def _is_of(system: System, pid: str, user: User) -> bool:
    try:
        return system.path(f"/proc/{pid}").stat().st_uid == user.uid
    except OSError:
        return False
