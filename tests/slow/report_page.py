"""The report as a page in a browser: with many findings, hostile names, in three languages, printed.

    report_page.py ELEK FOLDER [FINDINGS]

Leaves pictures and a printed page in FOLDER to be looked at.
"""

import base64
import os
import subprocess
import sys
import time

from browser import expect, failures, is_quiet, open_browser
from canary import card
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

ELEK, WORK = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
FINDINGS = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
# Each would say so if it ran: `PWNED` is looked for afterwards.
HOSTILE = [
    "<img src=x onerror=PWNED=1>.txt",
    "<script>PWNED=1<⁄script>.txt",
    "</script><script>PWNED=1</script>".replace("/", "∕") + ".txt",
    "]]><svg onload=PWNED=1>.txt",
    "-->'\"><iframe srcdoc='<script>PWNED=1<⁄script>'>.txt",
    "javascript:PWNED=1.txt",
    "{{constructor.constructor('PWNED=1')()}}.txt",
    "=cmd|' ⁄C calc'!A0.txt",
    "annual_\u202etxt.exe.txt",
    "zero\u200bwidth\u2028line.txt",
    "tab\tnew\nline\x1b[31m.txt",
    "&lt;b&gt;&#x3c;img src=x onerror=PWNED=1&#x3e;.txt",
    "http:⁄⁄elsewhere.example⁄pixel.gif.txt",
    "л" * 120 + ".txt",
]

volume = os.path.join(WORK, "volume")
for folder in ("archive", "crm", "hr"):
    os.makedirs(os.path.join(volume, folder), exist_ok=True)
# A row each; three are in each hostile file.
for number in range(FINDINGS - 3 * len(HOSTILE)):
    with open(os.path.join(volume, ("archive", "crm", "hr")[number % 3], f"{number:08d}.txt"), "w", encoding="utf-8") as file:
        file.write(f"card {card(number)} paid\n")
for name in HOSTILE:
    with open(os.path.join(volume, "hr", name), "w", encoding="utf-8") as file:
        file.write("ИИН клиента: 900101300017, почта a.serikov@firma-test.kz, тел. +7 701 555 01 23\n")
with open(os.path.join(volume, "hr", "<img src=x onerror=PWNED=1>\u202e.zip"), "wb") as file:
    file.write(b"PK\x03\x04 broken")
os.chmod(os.path.join(volume, "hr", HOSTILE[0]), 0o644)
with open(os.path.join(WORK, "elek.toml"), "w", encoding="utf-8") as config:
    for name in ("archive", "crm", "hr"):
        config.write(f'[volume.{name}]\npaths = ["volume/{name}"]\ncountry = "KZ"\n' + ('purposes = ["kz.employment-contract"]\n' if name == "hr" else ""))
scan, page = os.path.join(WORK, "scan.jsonl"), os.path.join(WORK, "report.html")
said = subprocess.run([ELEK, "scan", "--config", "elek.toml", "--format", "jsonl", "--list", "all", "--items", "-q", "volume", "-o", "scan.jsonl"], cwd=WORK, check=False)
expect(said.returncode == 3, f"the scan tells of the broken archive: {said.returncode}")
began = time.time()
said = subprocess.run([ELEK, "report", "render", "--config", "elek.toml", "--lang", "ru", "scan.jsonl", "-o", "report.html"], cwd=WORK, check=False)
expect(said.returncode == 3, f"so does the report: {said.returncode}")
print(f"{FINDINGS} findings: page of {os.path.getsize(page) >> 10} KiB in {time.time() - began:.1f} s")
with open(page, encoding="utf-8") as file:
    source = file.read()
expect("900101300017" not in source and "serikov" not in source, "the page holds no value")
expect("onerror=PWNED" not in source.replace("\\u003cimg src=x onerror=PWNED", "").replace("&lt;img src=x onerror=PWNED", "").replace("#x3c;img src=x onerror=PWNED", ""),
       "no name is markup in the source")

browser = open_browser(WORK)
wait = WebDriverWait(browser, 120)
run = browser.execute_script
try:
    browser.set_page_load_timeout(120)
    began = time.time()
    browser.get("file://" + page)
    wait.until(lambda b: b.find_elements(By.CSS_SELECTOR, "#findings .row"))
    elements = run("return document.getElementsByTagName('*').length")
    print(f"the page stands after {time.time() - began:.1f} s, with {elements} elements")
    expect(run("return document.querySelectorAll('main img, main iframe, main script, main svg[onload]').length") == 0, "no name became an element")
    for code in ("ru", "kk", "en", "uk", "be"):
        began = time.time()
        Select(browser.find_element(By.ID, "lang")).select_by_value(code)
        wait.until(lambda b, code=code: b.execute_script("return document.documentElement.lang") == code)
        title = browser.find_element(By.TAG_NAME, "h1").text
        print(f"{code}: {time.time() - began:.1f} s: {title}")
        run("window.scrollTo(0, 0)")
        browser.save_screenshot(os.path.join(WORK, f"report-{code}.png"))
    Select(browser.find_element(By.ID, "lang")).select_by_value("ru")

    def shown_rows():
        return len(browser.find_elements(By.CSS_SELECTOR, "#findings .row"))

    def total():
        return browser.find_element(By.CSS_SELECTOR, "#findings [role=status]").text

    before = total()
    began = time.time()
    search = browser.find_element(By.CSS_SELECTOR, "#findings input[type=search]")
    search.send_keys("onerror")
    wait.until(lambda b: total() != before)
    print(f"searched in {time.time() - began:.1f} s: {total()}, {shown_rows()} rows stand")
    expect("onerror" in browser.find_element(By.CSS_SELECTOR, "#findings .window").text, "a hostile name is found as text")
    run("document.getElementById('findings').scrollIntoView()")
    browser.save_screenshot(os.path.join(WORK, "report-found.png"))
    search.clear()
    search.send_keys("exe")
    wait.until(lambda b: "u{202e}" in b.find_element(By.CSS_SELECTOR, "#findings .window").text)
    expect(True, "a turned name shows what turns it")
    search.clear()
    search.send_keys(" \b")
    wait.until(lambda b: total() == before)
    selects = browser.find_elements(By.CSS_SELECTOR, "#findings select")
    began = time.time()
    Select(selects[3]).select_by_value("nid.kz_iin")
    wait.until(lambda b: total() != before)
    print(f"filtered by category in {time.time() - began:.1f} s: {total()}")
    Select(selects[3]).select_by_value("")
    began = time.time()
    heads = browser.find_elements(By.CSS_SELECTOR, "#findings .head button")
    heads[1].click()
    print(f"sorted by place in {time.time() - began:.1f} s")
    expect(0 < shown_rows() < 2_000, f"of many rows some stand in the page: {shown_rows()}")
    gaps = browser.find_element(By.ID, "coverage").text
    expect("u{202e}" in gaps, "gaps show what turns a name")
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True, "paperWidth": 8.27, "paperHeight": 11.69})
    with open(os.path.join(WORK, "report.pdf"), "wb") as file:
        file.write(base64.b64decode(printed["data"]))
    print(f"printed: {len(printed['data']) * 3 // 4 >> 10} KiB")
    browser.set_window_size(390, 1400)
    browser.save_screenshot(os.path.join(WORK, "report-narrow.png"))
    expect(run("return document.documentElement.scrollWidth <= innerWidth"), "a narrow window needs no scrolling sideways")
    expect(run("return typeof PWNED") == "undefined", "no script from content ran")
    is_quiet(browser, "file://" + page)
    # The policy stops what a fault of ours would let through.
    run("const s = document.createElement('script'); s.textContent = 'PWNED=1'; document.body.append(s);"
        "const i = document.createElement('img'); i.src = 'http://elsewhere.example/pixel.gif'; document.body.append(i);")
    time.sleep(0.5)
    expect(run("return typeof PWNED") == "undefined", "a script put into the page does not run")
    refused = [line["message"] for line in browser.get_log("browser")]
    expect(len(refused) == 2 and all("Content Security Policy" in line for line in refused), f"both are refused by the policy, and nothing else was said: {len(refused)}")
finally:
    browser.quit()
sys.exit(1 if failures else 0)
