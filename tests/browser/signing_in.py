"""Signs people in as they do it themselves: with a password and the code of an app."""

import pyotp
from playwright.sync_api import BrowserContext, Page

from live import Api

PASSWORD = "a long and unusual passphrase"


def sign_in(context: BrowserContext, api: Api, user_id: str) -> Page:
    """Return a page of the console, on which a user is signed in.

    Args:
        context: without the header of an API key.
        api: the tenant's, as somebody who may make sign-in links.
        user_id: somebody active; what they signed in with before stops working.
    """
    link = api.made(f"/tenants/users/{user_id}/sign-in-links", None)["link"]
    page = context.new_page()
    page.goto(link)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue with a password").click()
    page.get_by_text("Can't scan it?").click()
    secret = page.locator("details code").inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows now").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("link", name="I have kept them, continue").click()
    page.locator("main h1").wait_for()
    return page
