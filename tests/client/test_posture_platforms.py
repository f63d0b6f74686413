"""What is seen on macOS and Windows, and by osquery: from their programs' recorded answers."""

import json

import pytest

from client.machines import Machine
from gatescale.client.posture.collect import Collection
from gatescale.client.posture.configuration import Configuration
from gatescale.client.posture.programs import Ran
from gatescale.wire.posture import Signals

MAC = {
    "sw_vers -productName": "macOS\n",
    "sw_vers -productVersion": "14.6.1\n",
    "uname -r": "23.6.0\n",
    "fdesetup status": "FileVault is On.\n",
    "/usr/libexec/ApplicationFirewall/socketfilterfw": "Firewall is enabled. (State = 1) \n",
    "ps -axo uid=,comm=": (
        "    0 /sbin/launchd\n"
        "  501 /Applications/Safari.app/Contents/MacOS/Safari\n"
        "    0 /Applications/Microsoft Defender.app/Contents/MacOS/wdavdaemon\n"
    ),
    "sysadminctl -screenLock status": Ran(
        0, "", "2026-03-02 09:12:44.512 sysadminctl[912:8123] screenLock delay is 300 seconds\n"
    ),
    "system_profiler SPiBridgeDataType": (
        "Controller:\n\n    Controller Information:\n\n      Boot UUID: 5F0E-1\n"
        "      Boot Policy:\n          Secure Boot: Full Security\n"
        "          System Integrity Protection: Enabled\n"
    ),
    "defaults read /Library/Preferences/com.apple.SoftwareUpdate CriticalUpdateInstall": "1\n",
    "defaults read /Library/Preferences/com.apple.SoftwareUpdate AutomaticallyInstall": "1\n",
    "softwareupdate --list --no-scan": Ran(
        0, "Software Update Tool\n\n", "No new software available.\n"
    ),
    "ioreg -rd1 -c IOPlatformExpertDevice": (
        "+-o J413AP  <class IOPlatformExpertDevice, id 0x100000227, registered, matched, active>\n"
        '    {\n      "IOPlatformSerialNumber" = "C02XG0FDJGH5"\n'
        '      "IOPlatformUUID" = "0F"\n    }\n'
    ),
}


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


async def collected(machine, platform, answers, **configuration):
    machine.answers = answers
    collection = Collection(machine.system, platform)
    return await collection.collect(Configuration(**configuration))


async def test_a_mac_says_all_signals(machine):
    seen = await collected(machine, "darwin", MAC)
    assert seen.reasons == {}
    assert seen.signals == Signals(
        os_family="macos",
        os_name="macOS",
        os_version="14.6.1",
        kernel="23.6.0",
        disk_encryption=True,
        firewall=True,
        endpoint_protection=True,
        screen_lock=True,
        secure_boot=True,
        automatic_updates=True,
        pending_reboot=False,
        serial_number="C02XG0FDJGH5",
    )


@pytest.mark.parametrize(
    ("words", "answer", "signal", "expected"),
    [
        ("fdesetup status", "FileVault is Off.\n", "disk_encryption", False),
        (
            "fdesetup status",
            "FileVault is On.\nDecryption in progress: Percent completed = 12\n",
            "disk_encryption",
            False,
        ),
        ("fdesetup status", "Error: something\n", "disk_encryption", None),
        (
            "/usr/libexec/ApplicationFirewall/socketfilterfw",
            "Firewall is disabled. (State = 0)\n",
            "firewall",
            False,
        ),
        (
            "/usr/libexec/ApplicationFirewall/socketfilterfw",
            "Firewall is blocking all non-essential incoming connections. (State = 2)\n",
            "firewall",
            True,
        ),
        ("ps -axo uid=,comm=", "  501 /tmp/wdavdaemon\n", "endpoint_protection", False),
        (
            "sysadminctl -screenLock status",
            Ran(0, "", "sysadminctl[1:2] screenLock is off\n"),
            "screen_lock",
            False,
        ),
        ("sysadminctl -screenLock status", Ran(1, "", "not permitted\n"), "screen_lock", None),
        (
            "system_profiler SPiBridgeDataType",
            "      Secure Boot: Permissive Security\n",
            "secure_boot",
            False,
        ),
        ("system_profiler SPiBridgeDataType", "\n", "secure_boot", None),
        (
            "defaults read /Library/Preferences/com.apple.SoftwareUpdate CriticalUpdateInstall",
            Ran(1, "", "The domain/default pair of … does not exist\n"),
            "automatic_updates",
            None,
        ),
        (
            "softwareupdate --list --no-scan",
            (
                "* Label: macOS Sonoma 14.7-23H124\n\tTitle: macOS Sonoma 14.7, Version: 14.7,"
                " Size: 1610610KiB, Recommended: YES, Action: restart, \n"
            ),
            "pending_reboot",
            True,
        ),
    ],
)
async def test_a_mac_that_is_otherwise_says_so(machine, words, answer, signal, expected):
    seen = await collected(machine, "darwin", MAC | {words: answer})
    assert getattr(seen.signals, signal) is expected
    assert (signal in seen.reasons) is (expected is None)


WINDOWS = {
    "os": {"caption": "Microsoft Windows 11 Pro", "version": "10.0.22631"},
    "revision": 4169,
    "bitlocker": {"volume": "FullyEncrypted", "protection": "On"},
    "firewall": [
        {"name": "Domain", "enabled": "True", "inbound": "Block"},
        {"name": "Private", "enabled": "True", "inbound": "NotConfigured"},
        {"name": "Public", "enabled": "True", "inbound": "Block"},
    ],
    "antivirus": [{"name": "Windows Defender", "state": 397568}],
    "processes": ["System", "MsMpEng.exe", "CSFalconService.exe"],
    "lockAfter": 900,
    "secureBoot": True,
    "noAutoUpdate": None,
    "updateService": "Manual",
    "rebootPending": False,
    "serial": "PF3XYZ12",
}


def powershell(**changed):
    # As Windows PowerShell writes it.
    return {"C:": "\ufeff" + json.dumps(WINDOWS | changed) + "\r\n"}


async def test_windows_says_all_signals_in_one_answer(machine):
    seen = await collected(machine, "win32", powershell())
    assert seen.reasons == {}
    assert seen.signals == Signals(
        os_family="windows",
        os_name="Microsoft Windows 11 Pro",
        os_version="10.0.22631.4169",
        kernel="10.0.22631",
        disk_encryption=True,
        firewall=True,
        endpoint_protection=True,
        screen_lock=True,
        secure_boot=True,
        automatic_updates=True,
        pending_reboot=False,
        serial_number="PF3XYZ12",
    )
    assert len(machine.asked) == 1


def profile(enabled, inbound):
    return {"firewall": [{"name": "Public", "enabled": enabled, "inbound": inbound}]}


def bitlocker(volume, protection):
    return {"bitlocker": {"volume": volume, "protection": protection}}


def antivirus(state):
    return {"antivirus": [{"name": "Windows Defender", "state": state}]}


@pytest.mark.parametrize(
    ("changed", "signal", "expected"),
    [
        (bitlocker("FullyEncrypted", "Off"), "disk_encryption", False),
        (bitlocker("EncryptionInProgress", "On"), "disk_encryption", False),
        ({"bitlocker": None}, "disk_encryption", None),
        (profile("False", "Block"), "firewall", False),
        (profile("True", "Allow"), "firewall", False),
        ({"firewall": []}, "firewall", None),
        (antivirus(393472), "endpoint_protection", False),
        ({"antivirus": None}, "endpoint_protection", None),
        ({"lockAfter": None}, "screen_lock", None),
        ({"lockAfter": 0}, "screen_lock", None),
        ({"secureBoot": False}, "secure_boot", False),
        ({"secureBoot": None}, "secure_boot", None),
        ({"noAutoUpdate": 1}, "automatic_updates", False),
        ({"updateService": "Disabled"}, "automatic_updates", False),
        ({"rebootPending": True}, "pending_reboot", True),
        ({"serial": "To be filled by O.E.M."}, "serial_number", None),
        ({"os": None}, "os_version", None),
    ],
)
async def test_windows_that_is_otherwise_says_so(machine, changed, signal, expected):
    seen = await collected(machine, "win32", powershell(**changed))
    assert getattr(seen.signals, signal) is expected
    assert (signal in seen.reasons) is (expected is None)


@pytest.mark.parametrize(("names", "expected"), [(["CSFalconService"], True), (["xagt"], False)])
async def test_on_windows_named_processes_take_the_place_of_what_is_registered(
    machine, names, expected
):
    seen = await collected(machine, "win32", powershell(), endpoint_protection=tuple(names))
    assert seen.signals.endpoint_protection is expected


async def test_windows_without_an_answer_is_unknown(machine):
    seen = await collected(machine, "win32", {"C:": "At line:1 char:1\n"})
    assert seen.signals == Signals(os_family="windows")
    assert "cannot be read" in seen.reasons["disk_encryption"]


async def test_another_system_is_unknown_altogether(machine):
    seen = await collected(machine, "sunos5", {})
    assert seen.signals == Signals()
    assert set(seen.reasons) == {name for name in Signals.__struct_fields__ if name != "extra"}


QUERY = "osqueryi --json --ephemeral "


async def test_osquery_gives_each_query_one_value(machine):
    answers = {
        QUERY + "SELECT count(*)": '[\n  {"count(*)":"2"}\n]\n',
        QUERY + "SELECT version": '[{"version":"5.12.1"}]',
        QUERY + "SELECT avg": '[{"a":"0.25"}]',
        QUERY + "SELECT none": "[]",
        QUERY + "SELECT two": '[{"a":"1"},{"a":"2"}]',
        QUERY + "SELECT bad": Ran(1, "", 'Error: near "bad": syntax error\n'),
        QUERY + "SELECT long": json.dumps([{"a": "x" * 501}]),
    }
    queries = {
        "usbDisks": "SELECT count(*) FROM block_devices;",
        "agent": "SELECT version FROM osquery_info",
        "load": "SELECT avg FROM load",
        "none": "SELECT none",
        "two": "SELECT two",
        "bad": "SELECT bad",
        "long": "SELECT long",
    }
    seen = await collected(machine, "linux", answers, queries=queries)
    assert seen.signals.extra == {"usbDisks": 2, "agent": "5.12.1", "load": 0.25}
    assert "0 rows" in seen.reasons["extra.none"]
    assert "2 rows" in seen.reasons["extra.two"]
    assert "syntax error" in seen.reasons["extra.bad"]
    assert "cannot be reported" in seen.reasons["extra.long"]


async def test_without_osquery_its_queries_are_unknown(machine):
    seen = await collected(machine, "linux", {}, queries={"a": "SELECT 1"})
    assert seen.signals.extra == {}
    assert seen.reasons["extra.a"] == "osqueryi is not installed"
