"""What the tests of pages in a browser share. Needs Chromium with its driver, and selenium (PyPI)."""

import json

from selenium import webdriver

failures = []


def expect(holds, what):
    print(("ok   " if holds else "BAD  ") + what)
    if not holds:
        failures.append(what)


def open_browser(folder):
    """A browser without a window that keeps what it is asked for and told, with a profile in the folder."""
    options = webdriver.ChromeOptions()
    for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                 "--disable-sync", "--window-size=1280,1600", f"--user-data-dir={folder}/profile"):
        options.add_argument(flag)
    options.binary_location = "/usr/bin/chromium"
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))


def is_quiet(browser, own):
    """No message in the console, and no address asked that does not begin so."""
    lines = browser.get_log("browser")
    expect(not lines, f"no message in the console: {lines[:3]}")
    asked = set()
    for line in browser.get_log("performance"):
        message = json.loads(line["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.add(message["params"]["request"]["url"].split("?")[0])
    # The browser's own first tab is not the page.
    elsewhere = [url for url in asked if not url.startswith((own, "data:", "chrome:"))]
    expect(asked and not elsewhere, f"no address is asked but the page's own {elsewhere[:3]}")
