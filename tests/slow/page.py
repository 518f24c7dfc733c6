"""The service's page in a browser: with many findings, in five languages, in both themes, by keyboard alone.

    page.py ELEK FOLDER [FINDINGS]

Needs Chromium with its driver, and selenium (PyPI). Leaves pictures in FOLDER to be looked at.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request

from browser import expect, failures, is_quiet, open_browser
from canary import card
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

ELEK, WORK = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
FINDINGS = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000
PER_FILE = 8_000

volume = os.path.join(WORK, "volume")
os.makedirs(volume, exist_ok=True)
for start in range(0, FINDINGS, PER_FILE):
    with open(os.path.join(volume, f"{start:08d}.txt"), "w", encoding="utf-8") as file:
        file.writelines(f"card {card(number)} paid\n" for number in range(start, min(start + PER_FILE, FINDINGS)))
with open(os.path.join(volume, "<img src=x onerror=alert(1)>.txt"), "w", encoding="utf-8") as file:
    file.write("ИИН клиента: 900101300017\n")
with open(os.path.join(volume, "locked.zip"), "wb") as file:
    file.write(b"PK\x03\x04 broken")
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
token = secrets.token_hex(20)
with open(os.path.join(WORK, "tokens"), "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
    file.write(f"operator desk {token}\n")
with open(os.path.join(WORK, "elek.toml"), "w", encoding="utf-8") as config:
    config.write(
        '[volume.documents]\npaths = ["volume"]\n[destination.copilot]\ncountry = "US"\nmay_train = false\nterms_ref = "t"\n'
        'primary_copy_country = "KZ"\nmatrix = { strong_id = "allow" }\n'
        f'[serve]\nstate = "state"\nnice = 0\n[serve.api]\nlisten = "127.0.0.1:{port}"\ntokens = "tokens"\n'
    )
service = subprocess.Popen([ELEK, "serve", "--config", os.path.join(WORK, "elek.toml")], stderr=open(os.path.join(WORK, "journal"), "w"), cwd=WORK)
base = f"http://127.0.0.1:{port}"


def ask(path, body=None):
    request = urllib.request.Request(base + path, data=body, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


began = time.time()
while time.time() < began + 900:
    try:
        row = json.loads(ask("/v1/status")[1])["volumes"][0]
        if row["walked"]:
            break
    except OSError:
        pass
    time.sleep(0.5)
print(f"{FINDINGS} findings kept in {time.time() - began:.0f} s")
# A strong number of another country waits for a person.
holds = [ask("/v1/gate/copilot", f"{n}: ИИН 900101300017\n".encode())[0] for n in range(2)]
passed = ask("/v1/gate/copilot", b"nothing of anybody\n")[0]
print(f"the gate said {holds} and {passed}")

browser = open_browser(WORK)
wait = WebDriverWait(browser, 60)
try:
    began = time.time()
    browser.get(base + "/")
    field = wait.until(lambda b: b.find_element(By.CSS_SELECTOR, "#sign-in input"))
    field.send_keys(token + Keys.ENTER)
    wait.until(lambda b: b.find_elements(By.CSS_SELECTOR, "#findings tbody tr"))
    print(f"the page stands {time.time() - began:.1f} s after it was asked for")
    browser.save_screenshot(os.path.join(WORK, "light.png"))
    expect("900101300017" not in browser.page_source, "no value is shown")
    titles = set()
    for code in ("en", "ru", "kk", "uk", "be"):
        Select(browser.find_element(By.ID, "lang")).select_by_value(code)
        wait.until(lambda b, code=code: b.execute_script("return document.documentElement.lang") == code)
        titles.add(browser.find_element(By.CSS_SELECTOR, "#coverage h2").text)
        browser.save_screenshot(os.path.join(WORK, f"{code}.png"))
    expect(len(titles) == 5, f"five languages: {sorted(titles)}")
    Select(browser.find_element(By.ID, "lang")).select_by_value("en")
    Select(browser.find_element(By.ID, "theme")).select_by_value("dark")
    browser.save_screenshot(os.path.join(WORK, "dark.png"))
    dark = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    Select(browser.find_element(By.ID, "theme")).select_by_value("light")
    light = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    expect(dark != light, f"two themes: {dark}, {light}")

    category = browser.find_elements(By.CSS_SELECTOR, "#findings select")[1]
    began = time.time()
    Select(category).select_by_value("nid.kz_iin")
    wait.until(lambda b: len(b.find_elements(By.CSS_SELECTOR, "#findings tbody tr")) == 1)
    print(f"filtered in {time.time() - began:.1f} s")
    row = browser.find_element(By.CSS_SELECTOR, "#findings tbody tr").text
    expect("onerror" in row and not browser.find_elements(By.CSS_SELECTOR, "main img"), "a hostile name is text")
    browser.execute_script("document.getElementById('findings').scrollIntoView()")
    browser.save_screenshot(os.path.join(WORK, "filtered.png"))

    if holds == [423, 423]:
        # By keyboard alone: to the button, reason, send.
        browser.execute_script("document.querySelector('#holds tbody button').focus()")
        browser.switch_to.active_element.send_keys(Keys.ENTER)
        wait.until(lambda b: b.find_elements(By.CSS_SELECTOR, "dialog[open]"))
        browser.save_screenshot(os.path.join(WORK, "approve.png"))
        browser.switch_to.active_element.send_keys("checked by a person" + Keys.TAB + Keys.TAB)
        browser.switch_to.active_element.send_keys(Keys.ENTER)
        wait.until(lambda b: not b.find_elements(By.CSS_SELECTOR, "dialog"))
        wait.until(lambda b: len(b.find_elements(By.CSS_SELECTOR, "#holds tbody tr")) == 1)
        expect(True, "a hold is approved by keyboard")
    else:
        expect(False, "the gate holds what a person must approve")
    browser.find_element(By.ID, "verify").click()
    said = wait.until(lambda b: b.find_element(By.CSS_SELECTOR, "#decisions [role=status]"))
    expect("good" in said.get_attribute("class"), "the log verifies: " + said.text)
    browser.execute_script("document.getElementById('decisions').scrollIntoView()")
    browser.save_screenshot(os.path.join(WORK, "decisions.png"))

    browser.execute_script("window.scrollTo(0, 0); document.activeElement.blur()")
    reached, outlined = [], True
    for _ in range(40):
        browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB) if not reached else browser.switch_to.active_element.send_keys(Keys.TAB)
        now = browser.switch_to.active_element
        reached.append(now.tag_name)
        style = browser.execute_script("const s = getComputedStyle(arguments[0]); return s.outlineStyle + s.boxShadow", now)
        outlined &= now.tag_name == "body" or style not in ("nonenone",)
    expect(len(set(reached) & {"select", "button", "input", "a", "th"}) >= 3 and outlined, f"the keyboard reaches {sorted(set(reached))}, and it shows where it is")
    browser.set_window_size(390, 1400)
    browser.save_screenshot(os.path.join(WORK, "narrow.png"))
    expect(browser.execute_script("return document.documentElement.scrollWidth <= innerWidth"), "a narrow window needs no scrolling sideways")

    is_quiet(browser, base)
finally:
    browser.quit()
    service.terminate()
    service.wait()
sys.exit(1 if failures else 0)
