"""A real browser with scripts switched off: sign up, join, write, answer, log out."""

from __future__ import annotations

import shutil

import pytest
from tests.doors.web.conftest import Moot

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.browser
def test_a_newcomer_s_first_evening(moot: Moot) -> None:
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_context(
            java_script_enabled=False, viewport={"width": 390, "height": 800}
        ).new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(moot.server.url)
        page.get_by_role("link", name="Sign up").first.click()
        page.get_by_label("Name", exact=True).fill("nora")
        page.get_by_label("E-mail address").fill("nora@example.org")
        page.get_by_label("Password").fill("a long password")
        page.get_by_role("button", name="Sign up").click()
        assert page.get_by_role("status").inner_text() == "Welcome! You are logged in."
        page.get_by_role("link", name="Groups").first.click()
        page.get_by_role("link", name="Garden", exact=True).click()
        page.get_by_role("button", name="Join").click()
        page.get_by_role("link", name="New thread").click()
        page.get_by_label("Subject").fill("Hello from the south side")
        page.get_by_label("Text", exact=True).fill("Who has a *wheelbarrow* to lend?")
        page.get_by_role("button", name="Post").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Hello from the south side"
        page.get_by_label("Your answer").fill("Found one, thanks.")
        page.get_by_role("button", name="Send").click()
        assert page.locator("article").count() == 2
        page.locator("article").first.get_by_role("button", name="Like").click()
        assert page.locator("article").first.get_by_role("button", name="Liked").count() == 1
        page.get_by_role("button", name="Log out").click()
        assert page.get_by_role("status").inner_text() == "You are logged out."
        assert complaints == []
        browser.close()
