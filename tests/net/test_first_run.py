"""From an empty controller to the first packet, led by the console.

The browser runs on the controller's machine; commands that the console shows run where they
belong, on the machines of ``stage.py``.
"""

import re
import shlex
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from browser.conftest import CHROMIUM, FLAGS
from net.lab import Lab
from net.machines import URL, Program
from net.stage import LOBBY, TUNNELS, Stage, _Api
from net.traffic import Traffic
from person import PASSWORD

pytestmark = pytest.mark.net


class Empty(Stage):
    """The machines, and a controller where nothing is set up."""

    def _start(self) -> None:
        self.internet.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        self.api = _Api(self.headquarters, URL, "")
        self.start_controller()
        self.site = self.member("gateway", "198.18.2")
        office = self.lab.namespace("office")
        self.lab.link(self.site, office, "10.20.0.1/24", f"{LOBBY}/24")
        office.run("ip", "route", "add", TUNNELS, "via", "10.20.0.1")
        self.office = office

    def browser(self) -> str:
        """Return a program that is Chromium on the controller's machine."""
        inside = shlex.join(self.headquarters.inside(CHROMIUM))
        file = self.folder / "chromium"
        file.write_text(f'#!/bin/sh\nexec {inside} "$@"\n')
        file.chmod(0o755)
        return str(file)

    @property
    def first_link(self) -> str:
        found = re.search(rf"{URL}/first-run/\S+", self.controller.said)
        assert found, self.controller.said
        return found[0]


@pytest.fixture
def empty(tmp_path: Path):
    with Lab("gsf") as lab, Empty(lab, tmp_path) as stage:
        yield stage


def set_up(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Organisation").fill("Acme")
    page.get_by_label("Your email").fill("ann@acme.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue with a password").click()
    page.get_by_text("Can't scan it?").click()
    key = page.locator("details code").inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows now").fill(pyotp.TOTP(key).now())
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url("**/welcome")


def create_gateway(page: Page) -> str:
    """Create a gateway; return the command that the console shows."""
    # Nobody is invited yet.
    page.get_by_role("button", name="Skip").first.click()
    page.get_by_role("button", name="Create gateway").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Office")
    page.get_by_role("dialog").get_by_role("button", name="Create gateway").click()
    expect(page.get_by_text("Waiting for the gateway to connect")).to_be_visible()
    return page.locator("pre").inner_text()


def allow(page: Page) -> None:
    """Add the lobby behind the gateway, and let everybody reach it."""
    page.get_by_role("button", name="Create resource").click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_label("Name").fill("Lobby")
    drawer.get_by_label("Address 1", exact=True).fill(LOBBY)
    drawer.get_by_role("button", name="Create resource").click()
    expect(page.get_by_text("Lobby is behind a gateway.")).to_be_visible()
    for label, choice in (("Group", "Default Group"), ("Resource", "Lobby")):
        page.get_by_role("combobox", name=label).click()
        page.get_by_role("option", name=choice).click()
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(page.get_by_text("Default Group may reach Lobby now.")).to_be_visible()


def test_the_console_leads_to_the_first_packet(empty: Empty):
    with sync_playwright() as playwright, Traffic(empty.office) as traffic:
        chromium = playwright.chromium.launch(executable_path=empty.browser(), args=FLAGS)
        page = chromium.new_page()
        set_up(page, empty.first_link)

        command = create_gateway(page)
        token = re.search(r"gsg_[\w-]+", command)
        assert token, command
        assert f"gatescale gateway run --controller {URL}" in command
        folder = empty.folder / "gateway"
        arguments = (
            *("gateway", "run", "--controller", URL, "--token", token[0], "--insecure-http"),
            *("--state-dir", str(folder), "--interface", empty.lab.interface()),
        )
        gateway = Program(empty, empty.site, "gateway", *arguments)
        gateway.start()
        expect(page.get_by_text("Office has connected.")).to_be_visible(timeout=30_000)
        allow(page)

        page.goto(f"{URL}/my-devices")
        page.get_by_role("button", name="Add a device").first.click()
        page.get_by_role("button", name="Make a one-time link").click()
        page.get_by_text("gatescale enroll").wait_for()
        link = re.search(rf"{URL}/enrolments/[\w-]+", page.get_by_role("dialog").inner_text())
        assert link, page.get_by_role("dialog").inner_text()
        empty.ann.enrol(link[0])
        empty.ann.connect()
        flow = traffic.udp(empty.ann.namespace, LOBBY)
        traffic.flow(flow)
        page.goto(f"{URL}/welcome")
        expect(page.get_by_text("ann connected.")).to_be_visible(timeout=30_000)
        chromium.close()
