# SPDX-License-Identifier: MIT
"""mica trace --html: the page in a real browser, clicked through; at a few steps and at very many."""
import json
import re
import socket

import pytest
from conftest import GUEST, launch
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


@pytest.fixture(scope="module")
def browser():
    options = webdriver.ChromeOptions()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,900"):
        options.add_argument(word)
    try:
        socket.gethostbyname("localhost")
    except OSError:
        pytest.skip("ChromeDriver looks for localhost, and this machine has no /etc/hosts")
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    file = tmp_path_factory.mktemp("page") / "journey.html"
    done = launch("trace", "--icount", "--html", file, GUEST / "seh_try.exe")
    assert done.status == 0, done.explain()
    return file


def texts(browser, selector):
    return [e.text for e in browser.find_elements(By.CSS_SELECTOR, selector)]


def settle(browser):
    """The page waits a moment for the next key before it looks."""
    browser.execute_async_script("setTimeout(arguments[0], 300)")


def click_step(browser, text):
    browser.find_element(By.ID, "find").send_keys(Keys.CONTROL, "a")
    browser.find_element(By.ID, "find").send_keys(text)
    settle(browser)
    row = next(r for r in browser.find_elements(By.CSS_SELECTOR, ".row") if text in r.text)
    row.click()
    return browser.find_element(By.ID, "detail").text


def test_it_opens_at_the_exception(browser, page):
    """The first thing shown is why: the exception, in words, with registers, stack and source."""
    browser.get(page.as_uri())
    detail = browser.find_element(By.ID, "detail").text
    assert detail.startswith("Exception\n"), detail
    assert "KiDispatchException has an exception record, STATUS_ACCESS_VIOLATION at Peek (user/lib/peek.c:" in detail
    assert re.search(r"eax\s+00000010\s+ebx", detail) and re.search(r"Execute \(tests/guest/seh_try\.c:\d+\)", detail)
    here = texts(browser, "#detail pre span.here")
    assert here and "return *(volatile ULONG *)Address" in here[0] or "*" in here[0], here
    assert texts(browser, "#lanes b") == ["program (ring 3)", "ntdll (ring 3)", "kernel (ring 0)", "hardware"]
    assert not [e for e in browser.get_log("browser") if e["level"] == "SEVERE"]


def test_the_search_is_told_step_by_step(browser, page):
    browser.get(page.as_uri())
    detail = click_step(browser, "ContinueSearch")
    assert "It does not want the exception; the next frame out is asked." in detail
    browser.get(page.as_uri())
    detail = click_step(browser, "cleans up: except_handler3")
    assert "EXCEPTION_UNWINDING" in detail and "seh3.c" in detail, detail


def test_lanes(browser, page):
    """A handler of the program's stands in its lane, a trap in the hardware's."""
    browser.get(page.as_uri())
    rows = json.loads(browser.execute_script(
        "return JSON.stringify(data.steps.map(s => [s.k, data.lanes[s.l], s.s]))"))
    assert {lane for kind, lane, text in rows if kind == "HandlerCall" and "except_handler3" in text} == {"program"}
    assert {lane for kind, lane, _ in rows if kind == "TrapIn"} == {"hardware"}
    assert {lane for kind, lane, text in rows if kind == "UnwindCall" and "Protector" in text} == {"ntdll"}
    assert {lane for kind, lane, _ in rows if kind in ("ServiceIn", "Exception", "Fault")} == {"kernel"}


def test_filters_and_keys(browser, page):
    browser.get(page.as_uri())
    count = browser.find_element(By.ID, "count")
    before = int(re.match(r"(\d+) of", count.text)[1])
    browser.find_element(By.CSS_SELECTOR, "input[data-group=trap]").click()
    after = int(re.match(r"(\d+) of", count.text)[1])
    assert after < before
    body = browser.find_element(By.ID, "list")
    first = browser.find_element(By.CSS_SELECTOR, "#detail .where").text
    body.send_keys(Keys.ARROW_DOWN)
    assert browser.find_element(By.CSS_SELECTOR, "#detail .where").text != first
    browser.find_element(By.ID, "find").send_keys("no such thing at all")
    settle(browser)
    assert texts(browser, "#none") == ["no step is like that"]


def test_light_and_dark(browser, page):
    """Text and background are far apart in both."""
    for scheme in ("light", "dark"):
        browser.execute("executeCdpCommand", {
            "cmd": "Emulation.setEmulatedMedia",
            "params": {"features": [{"name": "prefers-color-scheme", "value": scheme}]}})
        browser.get(page.as_uri())
        for selector in ("body", ".row .s", "aside p", "header label"):
            fore, back = browser.execute_script(
                "const e = document.querySelector(arguments[0]); let b = e;"
                "while (getComputedStyle(b).backgroundColor === 'rgba(0, 0, 0, 0)') b = b.parentElement;"
                "return [getComputedStyle(e).color, getComputedStyle(b).backgroundColor]", selector)
            assert contrast(fore, back) >= 4.0, (scheme, selector, fore, back)


def contrast(one, other):
    """WCAG 2's."""
    def luminance(color):
        parts = [int(v) / 255 for v in re.findall(r"\d+", color)[:3]]
        parts = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_a_hundred_thousand(browser, page, tmp_path):
    """The same page with its steps many times over: few rows are in the document, and the end is reached."""
    text = page.read_text()
    at = text.index('type="application/json">') + len('type="application/json">')
    end = text.index("</script>", at)
    data = json.loads(text[at:end].replace("<\\/", "</"))
    steps = data["steps"]
    data["steps"] = (steps * (100_000 // len(steps) + 1))[:100_000]
    big = tmp_path / "big.html"
    big.write_text(text[:at] + json.dumps(data, separators=(",", ":")).replace("</", "<\\/") + text[end:])
    browser.get(big.as_uri())
    assert browser.find_element(By.ID, "count").text == "100,000 of 100,000 steps"
    browser.execute_script("const l = document.getElementById('list'); l.scrollTop = l.scrollHeight")
    settle(browser)
    rows = browser.find_elements(By.CSS_SELECTOR, ".row")
    assert len(rows) < 120 and rows[-1].get_attribute("data-step") == "99999"
    rows[-1].click()
    assert browser.find_element(By.ID, "detail").text


def test_one_file(page):
    """Nothing is fetched from elsewhere."""
    assert not re.search(r'(src|href)="|url\(|https?://(?!www\.w3\.org/2000/svg)', page.read_text())
