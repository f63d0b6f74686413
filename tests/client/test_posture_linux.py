"""What is seen of a Linux device: in trees of files, and of this machine as it is."""

import json
import os
import platform
import subprocess
from pathlib import Path

import pytest

from client.machines import Machine
from gatescale.client.posture.linux import (
    collectors,
    disks,
    firewalls,
    firmware,
    processes,
    reboots,
    release,
    screens,
    updates,
)
from gatescale.client.posture.linux.rules import Ruleset, is_closed
from gatescale.client.posture.programs import Ran, UnknownError
from gatescale.client.posture.system import System
from net.lab import Lab

ROOT_RIGHTS = "CapEff:\t000001ffffffffff\n"
NO_RIGHTS = "CapEff:\t0000000000000000\n"


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.fixture
def namespace():
    with Lab("gpo") as lab:
        yield lab.namespace("device")


def unknown(look, *arguments):
    with pytest.raises(UnknownError) as caught:
        look(*arguments)
    assert caught.value.reason
    return caught.value.reason


# Distribution and kernel


def test_debian_is_told_with_its_point_release(machine):
    machine.file("/usr/lib/os-release", 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\n')
    machine.file("/etc/debian_version", "12.7\n")
    assert release.name(machine.system) == "Debian GNU/Linux"
    assert release.version(machine.system) == "12.7"


def test_ubuntu_is_told_by_its_own_version(machine):
    machine.file("/etc/os-release", 'NAME="Ubuntu"\nVERSION_ID="24.04"\n# no\nBAD LINE\n')
    machine.file("/etc/debian_version", "trixie/sid\n")
    assert (release.name(machine.system), release.version(machine.system)) == ("Ubuntu", "24.04")


def test_a_distribution_without_versions_has_none(machine):
    machine.file("/etc/os-release", 'NAME="Arch Linux"\nBUILD_ID=rolling\n')
    assert "VERSION_ID" in unknown(release.version, machine.system)


def test_this_machine_is_what_it_is():
    system = System()
    assert release.kernel(system) == platform.release()
    assert release.name(system) == platform.freedesktop_os_release()["NAME"]
    version = platform.freedesktop_os_release()["VERSION_ID"]
    assert release.version(system).startswith(version)


# Disk encryption


def test_a_root_on_a_luks_partition_is_encrypted(machine):
    machine.disk("sda", "8:0")
    machine.disk("sda3", "8:3", partition_of="sda")
    machine.disk("dm-0", "253:0", uuid="CRYPT-LUKS2-0f-sda3_crypt", below=["sda3"])
    machine.root_on("253:0", "ext4", "/dev/mapper/sda3_crypt")
    assert disks.root_is_encrypted(machine.system) is True


def test_a_root_on_a_volume_on_luks_is_encrypted(machine):
    machine.disk("nvme0n1", "259:0")
    machine.disk("nvme0n1p3", "259:3", partition_of="nvme0n1")
    machine.disk("dm-0", "253:0", uuid="CRYPT-LUKS1-0f-crypt", below=["nvme0n1p3"])
    machine.disk("dm-1", "253:1", uuid="LVM-abc", below=["dm-0"])
    machine.root_on("253:1", "xfs", "/dev/mapper/vg-root")
    assert disks.root_is_encrypted(machine.system) is True


def test_a_volume_that_lies_on_a_plain_disk_too_is_not_encrypted(machine):
    machine.disk("sda", "8:0")
    machine.disk("sdb", "8:16")
    machine.disk("dm-0", "253:0", uuid="CRYPT-LUKS2-0f-crypt", below=["sda"])
    machine.disk("dm-1", "253:1", uuid="LVM-abc", below=["dm-0", "sdb"])
    machine.root_on("253:1", "ext4", "/dev/mapper/vg-root")
    assert disks.root_is_encrypted(machine.system) is False


def test_a_partition_of_an_array_is_what_the_array_lies_on(machine):
    machine.disk("sda", "8:0")
    machine.disk("dm-0", "253:0", uuid="CRYPT-PLAIN-x", below=["sda"])
    machine.disk("md0", "9:0", below=["dm-0"])
    machine.disk("md0p1", "259:1", partition_of="md0")
    machine.root_on("259:1", "ext4", "/dev/md0p1")
    assert disks.root_is_encrypted(machine.system) is True


@pytest.mark.parametrize("uuid", ["CRYPT-VERITY-0f-root", "LVM-0f", "mpath-0f"])
def test_a_mapping_that_does_not_encrypt_does_not_count(machine, uuid):
    machine.disk("sda", "8:0")
    machine.disk("dm-0", "253:0", uuid=uuid, below=["sda"])
    machine.root_on("253:0", "ext4", "/dev/mapper/root")
    assert disks.root_is_encrypted(machine.system) is False


def test_all_devices_of_a_btrfs_count(machine):
    machine.disk("sda", "8:0")
    machine.disk("sdb", "8:16")
    machine.disk("dm-0", "253:0", uuid="CRYPT-LUKS2-0f-crypt", below=["sda"])
    machine.link("/dev/mapper/crypt", "/dev/dm-0")
    machine.file("/dev/dm-0")
    machine.link("/sys/fs/btrfs/0f/devices/dm-0", "/sys/devices/virtual/block/dm-0")
    machine.folder("/sys/fs/btrfs/features")
    machine.root_on("0:25", "btrfs", "/dev/mapper/crypt")
    assert disks.root_is_encrypted(machine.system) is True
    machine.link("/sys/fs/btrfs/0f/devices/sdb", "/sys/devices/virtual/block/sdb")
    assert disks.root_is_encrypted(machine.system) is False


@pytest.mark.parametrize("kind", ["overlay", "tmpfs", "nfs4"])
def test_a_root_that_says_nothing_of_disks_is_unknown(machine, kind):
    machine.root_on("0:40", kind, kind)
    assert kind in unknown(disks.root_is_encrypted, machine.system)


def test_a_root_in_a_file_is_unknown(machine):
    machine.disk("loop0", "7:0")
    machine.root_on("7:0", "squashfs", "/dev/loop0")
    assert "loop0" in unknown(disks.root_is_encrypted, machine.system)


def test_zfs_says_itself_what_it_encrypts(machine):
    machine.root_on("0:30", "zfs", "rpool/ROOT/ubuntu")
    assert "zfs is not installed" in unknown(disks.root_is_encrypted, machine.system)
    machine.answers["zfs get -H -o value encryption rpool/ROOT/ubuntu"] = "aes-256-gcm\n"
    assert disks.root_is_encrypted(machine.system) is True
    machine.answers["zfs get -H -o value encryption rpool/ROOT/ubuntu"] = "off\n"
    assert "rpool/ROOT/ubuntu" in unknown(disks.root_is_encrypted, machine.system)


def test_this_machines_root_is_what_lsblk_says():
    source = subprocess.run(
        ["findmnt", "-no", "SOURCE", "/"], capture_output=True, text=True, check=True
    ).stdout.strip()
    if not source.startswith("/dev/"):
        assert unknown(disks.root_is_encrypted, System())
        return
    listed = subprocess.run(
        ["lsblk", "-sno", "TYPE", source], capture_output=True, text=True, check=True
    ).stdout.split()
    assert disks.root_is_encrypted(System()) is ("crypt" in listed)


# Firewall


def closed(namespace, rules):
    """Return what is seen in a namespace with these rules, of ``nft`` itself."""
    namespace.run("nft", "-f", "-", stdin=rules.replace("}", "\n}\n"))
    with namespace.entered():
        return firewalls.active(System())


CHAIN = "type filter hook input priority filter;"


@pytest.mark.net
@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("", False),
        (f"table inet t {{ chain i {{ {CHAIN} policy drop; }} }}", True),
        (f"table inet t {{ chain i {{ {CHAIN} policy accept; }} }}", False),
        (f"table inet t {{ chain i {{ {CHAIN} tcp dport 22 accept; counter reject; }} }}", True),
        (f"table inet t {{ chain i {{ {CHAIN} policy drop; accept; }} }}", False),
        (f"table inet t {{ chain i {{ {CHAIN} policy drop; ct state new accept; }} }}", True),
        (
            (
                f"table inet t {{ chain z {{ tcp dport 22 accept; drop; }}"
                f" chain i {{ {CHAIN} jump z; }} }}"
            ),
            True,
        ),
        (
            (
                f"table inet t {{ chain z {{ tcp dport 22 accept; return; }}"
                f" chain i {{ {CHAIN} jump z; log; drop; }} }}"
            ),
            True,
        ),
        (f"table inet t {{ chain z {{ accept; }} chain i {{ {CHAIN} jump z; drop; }} }}", False),
        (f"table inet t {{ chain i {{ {CHAIN} tcp dport 23 drop; }} }}", False),
        (f"table ip6 t {{ chain i {{ {CHAIN} policy drop; }} }}", False),
        ("table inet t { chain o { type filter hook output priority 0; policy drop; } }", False),
        (f"table inet gatescale-gs0 {{ chain i {{ {CHAIN} policy drop; }} }}", False),
    ],
)
def test_a_firewall_is_active_where_what_no_rule_lets_in_is_dropped(namespace, rules, expected):
    assert closed(namespace, rules) is expected


def test_where_there_is_ipv6_it_must_be_closed_too(machine):
    chain = {"family": "ip", "table": "filter", "name": "INPUT"}
    base = chain | {"type": "filter", "hook": "input", "prio": 0, "policy": "drop"}
    machine.file("/proc/self/status", ROOT_RIGHTS)
    machine.answers["nft"] = json.dumps({"nftables": [{"metainfo": {}}, {"chain": base}]})
    address = "{} 02 40 {} 80     eth0\n"
    machine.file("/proc/net/if_inet6", address.format("fd000064" + "0" * 24, "00"))
    assert firewalls.active(machine.system) is True
    machine.file("/proc/net/if_inet6", address.format("20010db8" + "0" * 24, "00"))
    assert firewalls.active(machine.system) is False


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("-P INPUT DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT\n", True),
        ("-P INPUT ACCEPT\n-A INPUT -j REJECT --reject-with icmp-port-unreachable\n", True),
        ("-P INPUT ACCEPT\n", False),
    ],
)
def test_the_kernels_older_tables_count(machine, shown, expected):
    machine.file("/proc/self/status", ROOT_RIGHTS)
    machine.answers = {"nft": '{"nftables": []}', "iptables-legacy -S INPUT": shown}
    machine.file("/proc/net/ip_tables_names", "nat\nfilter\n")
    assert firewalls.active(machine.system) is expected


def test_without_rights_an_active_ufw_is_seen_by_its_settings(machine):
    machine.file("/proc/self/status", NO_RIGHTS)
    machine.systemd(ufw="active")
    assert "only root" in unknown(firewalls.active, machine.system)
    machine.file("/etc/ufw/ufw.conf", "# ufw\nENABLED=yes\n")
    machine.file("/etc/default/ufw", 'IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\n')
    assert firewalls.active(machine.system) is True
    machine.file("/etc/default/ufw", 'DEFAULT_INPUT_POLICY="ACCEPT"\n')
    unknown(firewalls.active, machine.system)
    machine.systemd(firewalld="active")
    assert firewalls.active(machine.system) is True


def test_rules_that_jump_in_a_circle_end():
    key = {"family": "ip", "table": "t"}
    base = key | {"name": "a", "type": "filter", "hook": "input", "policy": "drop"}
    jump = key | {"chain": "a", "expr": [{"jump": {"target": "a"}}]}
    listed = json.dumps({"nftables": [{"chain": base}, {"rule": jump}]})
    assert is_closed(Ruleset.of(listed), "ip") is True


@pytest.mark.parametrize(
    ("extension", "expected"),
    [
        ({"type": "target", "name": "REJECT"}, True),
        ({"type": "match", "name": "limit"}, False),
        ({"type": "match", "name": "comment"}, False),
        ({"type": "target", "name": "MARK"}, False),
        (None, False),
    ],
)
def test_targets_of_iptables_count_as_what_they_are(extension, expected):
    key = {"family": "ip", "table": "filter"}
    base = key | {"name": "INPUT", "type": "filter", "hook": "input", "policy": "accept"}
    log = key | {"chain": "INPUT", "expr": [{"xt": {"type": "target", "name": "LOG"}}]}
    rule = key | {"chain": "INPUT", "expr": [{"counter": None}, {"xt": extension}]}
    listed = json.dumps({"nftables": [{"chain": base}, {"rule": log}, {"rule": rule}]})
    assert is_closed(Ruleset.of(listed), "ip") is expected


def test_an_answer_of_nft_that_cannot_be_read_is_unknown():
    assert "cannot be read" in unknown(Ruleset.of, "segmentation fault")


# Endpoint protection


def test_a_process_of_the_systems_counts_and_a_persons_does_not(machine):
    machine.process(1, "init")
    machine.process(40, "falcon-sensor-bpf", uid=1000)
    assert processes.any_runs(machine.system, processes.KNOWN) is False
    machine.process(41, "falcon-sensor-bpf")
    assert processes.any_runs(machine.system, processes.KNOWN) is True


def test_a_unit_counts(machine):
    machine.process(1, "init")
    machine.systemd(traps_pmd="active")
    assert processes.any_runs(machine.system, ["clamd", "traps_pmd.service"]) is True
    machine.systemd(traps_pmd="failed")
    assert processes.any_runs(machine.system, ["clamd", "traps_pmd.service"]) is False


def test_a_unit_counts_where_processes_are_hidden(machine):
    machine.systemd(traps_pmd="active")
    assert processes.any_runs(machine.system, processes.KNOWN) is True


def test_where_others_processes_are_hidden_protection_is_unknown(machine):
    machine.folder("/proc")
    assert "hides" in unknown(processes.any_runs, machine.system, ["clamd"])


def test_a_process_of_this_machine_is_seen(tmp_path):
    scanner = tmp_path / "our-scanner"
    scanner.symlink_to("/bin/cat")
    assert processes.any_runs(System(), ["our-scanner"]) is False
    running = subprocess.Popen([scanner], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        running.stdin.write(b"it has its name by now\n")
        running.stdin.flush()
        assert running.stdout.readline()
        assert processes.pids(System(), ["our-scanner"]) == (running.pid,)
        assert processes.any_runs(System(), ["our-scanner"]) is True
    finally:
        running.communicate()


# Screen lock


def session(machine, desktop, kind="wayland", uid=0):
    machine.file(
        "/run/systemd/sessions/2",
        f"# private\nUID={uid}\nUSER=ann\nACTIVE=1\nTYPE={kind}\nCLASS=user\nDESKTOP={desktop}\n",
    )


def test_without_a_graphical_session_there_is_no_screen_to_lock(machine):
    session(machine, "", kind="tty")
    assert "graphical" in unknown(screens.lock_themselves, machine.system)


GNOME = {
    "gsettings get org.gnome.desktop.lockdown disable-lock-screen": "false\n",
    "gsettings get org.gnome.desktop.session idle-delay": "uint32 300\n",
    "gsettings get org.gnome.desktop.screensaver lock-enabled": "true\n",
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"gsettings get org.gnome.desktop.session idle-delay": "uint32 0\n"}, False),
        ({"gsettings get org.gnome.desktop.screensaver lock-enabled": "false\n"}, False),
        ({"gsettings get org.gnome.desktop.lockdown disable-lock-screen": "true\n"}, False),
    ],
)
def test_gnome_is_asked_as_who_sits_there(machine, change, expected):
    session(machine, "ubuntu")
    machine.answers = GNOME | change
    assert screens.lock_themselves(machine.system) is expected
    assert {user.home for _, user in machine.asked} == {"/root"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Ran(1, "", "cat: /root/.config/kscreenlockerrc: No such file or directory\n"), True),
        ("[Daemon]\nTimeout=10\n", True),
        ("[Daemon]\nAutolock=false\nLockOnResume=false\n[Greeter]\nAutolock=true\n", False),
    ],
)
def test_kde_says_in_its_file_what_is_not_as_usual(machine, answer, expected):
    session(machine, "KDE")
    machine.answers["cat -- /root/.config/kscreenlockerrc"] = answer
    assert screens.lock_themselves(machine.system) is expected
    assert [user.uid for _, user in machine.asked] == [0]


def test_a_file_of_kdes_that_its_owner_may_not_read_is_unknown(machine):
    session(machine, "KDE")
    machine.answers["cat"] = Ran(1, "", "cat: …: Permission denied\n")
    assert "cannot be read" in unknown(screens.lock_themselves, machine.system)


def test_a_program_that_locks_counts_only_if_it_is_told_to(machine):
    session(machine, "sway")
    assert "sway" in unknown(screens.lock_themselves, machine.system)
    machine.process(50, "swayidle")
    machine.file("/proc/50/cmdline", "swayidle\0timeout\0300\0systemctl suspend\0")
    unknown(screens.lock_themselves, machine.system)
    machine.file("/proc/50/cmdline", "swayidle\0timeout\0300\0swaylock -f\0")
    assert screens.lock_themselves(machine.system) is True


def test_a_pipe_in_place_of_a_file_holds_nobody_up(machine):
    machine.folder("/etc")
    os.mkfifo(machine.root / "etc/os-release")
    assert "no file" in unknown(release.name, machine.system)


def test_this_machines_screens_are_those_of_its_sessions():
    listed = [path.read_text() for path in Path("/run/systemd/sessions").glob("*[0-9]")]
    if any(f"TYPE={kind}" in text for text in listed for kind in ("x11", "wayland")):
        pytest.skip("somebody sits at this machine's screen: theirs to set")
    assert "graphical" in unknown(screens.lock_themselves, System())


# Firmware


def test_secure_boot_is_what_efi_says(machine):
    machine.file(f"{firmware.SECURE_BOOT}", b"\x06\0\0\0\x01")
    assert firmware.secure_boot(machine.system) is True
    machine.file(f"{firmware.SHIM_TRUSTS_ALL}", b"\x06\0\0\0\x01")
    assert firmware.secure_boot(machine.system) is False
    machine.file(f"{firmware.SHIM_TRUSTS_ALL}", b"\x06\0\0\0\x00")
    machine.file(f"{firmware.SECURE_BOOT}", b"\x06\0\0\0\x00")
    assert firmware.secure_boot(machine.system) is False
    machine.file(f"{firmware.SECURE_BOOT}", b"\x06")
    assert "SecureBoot" in unknown(firmware.secure_boot, machine.system)


def test_a_pc_without_efi_starts_what_it_finds_and_others_are_unknown(machine):
    assert "no EFI" in unknown(firmware.secure_boot, machine.system)
    machine.folder("/sys/firmware/devicetree")
    assert "no EFI" in unknown(firmware.secure_boot, machine.system)
    machine.folder("/sys/firmware/acpi")
    assert firmware.secure_boot(machine.system) is False
    machine.folder("/sys/firmware/efi")
    assert "not mounted" in unknown(firmware.secure_boot, machine.system)


def test_this_machines_secure_boot_is_what_its_firmware_says():
    variable = Path(firmware.SECURE_BOOT)
    if variable.exists():
        # Shim's own switch may turn it off, never on.
        assert firmware.secure_boot(System()) <= (variable.read_bytes()[4] == 1)
    elif {"acpi", "memmap"} & {path.name for path in Path("/sys/firmware").iterdir()}:
        assert firmware.secure_boot(System()) is False
    else:
        assert unknown(firmware.secure_boot, System())


@pytest.mark.parametrize(
    "placeholder", ["To be filled by O.E.M.", "None", "0", "", "Default string", "0000000", "XXXX"]
)
def test_a_placeholder_is_no_serial_number(machine, placeholder):
    machine.file("/sys/class/dmi/id/product_serial", placeholder + "\n")
    assert "placeholder" in unknown(firmware.serial_number, machine.system)


def test_the_serial_number_is_the_firmwares(machine):
    assert "none" in unknown(firmware.serial_number, machine.system)
    machine.file("/proc/device-tree/serial-number", b"10000000f3a2b1c0\0")
    assert firmware.serial_number(machine.system) == "10000000f3a2b1c0"
    machine.file("/sys/class/dmi/id/product_serial", "PF3XYZ12\n")
    assert firmware.serial_number(machine.system) == "PF3XYZ12"


# Updates and restarts

PERIODIC = 'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "{}";\n'


def test_apt_is_asked_by_its_own_program_and_must_be_run_too(machine):
    machine.file("/etc/apt/here", f'Dir "{machine.root}";\n')

    def run(*command, user=None, patience=0):
        there = os.environ | {"APT_CONFIG": str(machine.root / "etc/apt/here")}
        ended = subprocess.run(command, env=there, capture_output=True, text=True, check=False)
        return Ran(ended.returncode, ended.stdout, ended.stderr)

    system = System(machine.root, run)
    machine.file("/usr/bin/apt-get")
    machine.file("/etc/apt/apt.conf.d/20auto-upgrades", PERIODIC.format(1))
    assert updates.automatic(system) is False
    machine.file("/usr/bin/unattended-upgrade")
    assert updates.automatic(system) is False
    machine.file("/etc/cron.daily/apt-compat")
    assert updates.automatic(system) is True
    machine.file("/etc/apt/apt.conf.d/90off", 'APT::Periodic::Enable "0";\n')
    assert updates.automatic(system) is False
    machine.file("/etc/apt/apt.conf.d/90off", 'APT::Periodic::Unattended-Upgrade "0";\n')
    assert updates.automatic(system) is False


def test_apts_timers_must_be_active_where_systemd_runs(machine):
    machine.answers["apt-config"] = PERIODIC.format(1)
    machine.file("/usr/bin/apt-get")
    machine.file("/usr/bin/unattended-upgrade")
    machine.systemd(apt_daily="active", apt_daily_upgrade="active")
    assert updates.automatic(machine.system) is True
    machine.systemd(apt_daily="active", apt_daily_upgrade="inactive")
    assert updates.automatic(machine.system) is False


def test_dnf_must_install_and_not_only_download(machine):
    machine.file("/usr/bin/dnf")
    machine.systemd(dnf_automatic="active")
    machine.file("/etc/dnf/automatic.conf", "[commands]\napply_updates = no\n")
    assert updates.automatic(machine.system) is False
    machine.file("/etc/dnf/automatic.conf", "[commands]\napply_updates = yes\n")
    assert updates.automatic(machine.system) is True
    machine.systemd()
    assert updates.automatic(machine.system) is False
    machine.systemd(dnf_automatic_install="active")
    assert updates.automatic(machine.system) is True


def test_other_distributions_updates_are_unknown(machine):
    assert "known here" in unknown(updates.automatic, machine.system)


def kernels(machine, running, *installed):
    machine.file("/proc/sys/kernel/osrelease", running + "\n")
    for each in installed:
        machine.file(f"/lib/modules/{each}/modules.builtin")


def test_a_newer_kernel_of_the_same_flavour_waits_for_a_restart(machine):
    kernels(machine, "6.1.0-9-amd64", "6.1.0-9-amd64", "6.1.0-8-amd64", "6.1.0-40-cloud-amd64")
    machine.file("/lib/modules/6.9.0-1-amd64/modules.dep")
    assert reboots.pending(machine.system) is False
    kernels(machine, "6.1.0-9-amd64", "6.1.0-10-amd64")
    assert reboots.pending(machine.system) is True


@pytest.mark.parametrize(
    ("running", "installed"),
    [
        ("6.9.1-arch1-1", "6.9.2-arch1-1"),
        ("6.8.9-300.fc40.x86_64", "6.9.4-100.fc41.x86_64"),
        ("6.8.0-35-generic", "6.8.0-36-generic"),
        ("6.1.0-9-arm64", "6.1.0-21-arm64"),
    ],
)
def test_distributions_count_kernels_in_their_ways(running, installed):
    assert reboots.is_newer(installed, running)
    assert not reboots.is_newer(running, installed)
    assert not reboots.is_newer(running, running)


def test_the_distributions_flag_is_enough(machine):
    machine.file("/run/reboot-required")
    assert reboots.pending(machine.system) is True


def test_without_an_installed_kernel_a_restart_is_unknown(machine):
    kernels(machine, "6.18.44-fc")
    assert "no installed kernel" in unknown(reboots.pending, machine.system)
    kernels(machine, "6.18.44-fc", "6.1.0-9-amd64")
    assert "none of the installed" in unknown(reboots.pending, machine.system)


def test_the_distributions_program_is_asked(machine):
    kernels(machine, "6.9.4-200.fc40.x86_64", "6.9.4-200.fc40.x86_64")
    machine.file("/usr/bin/needs-restarting")
    machine.answers["needs-restarting -r"] = Ran(1, "  * glibc\n\nReboot is required\n", "")
    assert reboots.pending(machine.system) is True
    machine.answers["needs-restarting -r"] = Ran(0, "No core libraries were updated\n", "")
    assert reboots.pending(machine.system) is False


def test_every_signal_of_an_empty_machine_is_unknown_or_seen(machine):
    looks = collectors(machine.system, None)
    assert looks.pop("os_family")() == "linux"
    for look in looks.values():
        unknown(look)
