"""What stands in the way is said in words, with the way out; what is mended goes on by itself."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.browser import walk
from tests.browser.conftest import Invite
from tests.browser.house import House
from tests.browser.looks import reads_well
from tests.browser.people import CAMERA, FLAGS, PHONE, Person, chromium
from tests.browser.walk import CUSTOMER

ENGINE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {ENGINE}"
ANDROID = "Mozilla/5.0 (Linux; Android 15; SM-A556E) AppleWebKit/537.36 (KHTML, like Gecko)"
WEBVIEW = "Version/4.0 Chrome/142.0.0.0 Mobile Safari/537.36"
APPS = {
    "zalo, iphone": ("Zalo", f"{IPHONE} Mobile/15E148 Zalo iOS/735 ZaloLanguage/vi"),
    "zalo, android": ("Zalo", f"{ANDROID} {WEBVIEW} Zalo android/12110735 ZaloTheme/light"),
    "facebook, iphone": ("Facebook", f"{IPHONE} Mobile/22F76 [FBAN/FBIOS;FBAV/520.0.0.38;FBLC/vi]"),
    "facebook, android": ("Facebook", f"{ANDROID} {WEBVIEW} [FB_IAB/FB4A;FBAV/520.0.0.44;]"),
    "messenger, android": ("Messenger", f"{ANDROID} {WEBVIEW} [FB_IAB/Orca-Android;FBAV/510.0;]"),
    "messenger, iphone": ("Messenger", f"{IPHONE} Mobile/22F76 [FBAN/MessengerForiOS;FBAV/510.0;]"),
    "instagram, iphone": ("Instagram", f"{IPHONE} Mobile/22F76 Instagram 390.0.0.28.85"),
    "tiktok, android": ("TikTok", f"{ANDROID} {WEBVIEW} trill_2024105030 BytedanceWebview/d8a21c6"),
}
DENIED = """
  const open = navigator.mediaDevices.getUserMedia;
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const asked = await navigator.permissions.query({ name: "camera" });
    if (asked.state !== "granted") throw new DOMException("Permission denied", "NotAllowedError");
    return open(wanted);
  };
"""
"""The test's camera obeys the browser's real permission, as a real one does."""


async def in_app(browser: Browser, agent: str) -> Person:
    """Somebody whose link opened in this app's window."""
    context = await browser.new_context(
        viewport=PHONE,
        user_agent=agent,
        locale="vi-VN",
        has_touch=True,
        reduced_motion="reduce",
        permissions=["camera", "microphone", "clipboard-read", "clipboard-write"],
    )
    await context.add_init_script(CAMERA)
    person = Person(context=context, page=await context.new_page())
    person.page.on("console", person.hear)
    person.page.on("pageerror", lambda error: person.complaints.append(f"uncaught: {error}"))
    return person


@pytest.mark.parametrize("case", APPS)
async def test_in_an_apps_window_the_way_to_a_browser_is_shown(
    browser: Browser, house: House, case: str
) -> None:
    app, agent = APPS[case]
    customer = await in_app(browser, agent)
    link = await house.link()
    await customer.page.goto(link)
    way = customer.page.locator("way-out")
    await expect(way).to_contain_text(CUSTOMER["way.why.app"].replace("{app}", app))
    https = link.replace("http://", "https://")
    if "android" in case:
        chrome = way.get_by_role("link", name=CUSTOMER["way.chrome"])
        address = await chrome.get_attribute("href") or ""
        assert address.startswith(https.replace("https://", "intent://") + "#Intent;scheme=https")
        assert "package=com.android.chrome" in address
    else:
        await expect(way).to_contain_text(CUSTOMER["way.title.ios"])
        await expect(way.locator(".how li")).to_have_count(2)
    if case.startswith("zalo"):
        await reads_well(customer, f"link, {case}", touched=True)
    await walk.button(customer, "way.copy.button").click()
    await walk.button(customer, "way.copied").wait_for()
    assert await customer.page.evaluate("navigator.clipboard.readText()") == https
    await walk.button(customer, "way.stay").click()
    await expect(customer.page.locator("input.box")).to_have_count(5)
    assert "#" not in customer.page.url
    assert customer.complaints == []
    await customer.context.close()


async def test_without_https_the_page_says_so_and_gives_the_address(house: House) -> None:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        resolves = "--host-resolver-rules=MAP kyc.test 127.0.0.1"
        plain = await playwright.chromium.launch(
            executable_path=chromium(), args=[*FLAGS, resolves]
        )
        customer = await in_app(plain, f"{ANDROID} Chrome/142.0.0.0 Mobile Safari/537.36")
        link = (await house.link()).replace("127.0.0.1", "kyc.test")
        await customer.page.goto(link)
        way = customer.page.locator("way-out")
        await expect(way).to_contain_text(CUSTOMER["way.why.insecure"])
        https = link.replace("http://", "https://")
        door = way.get_by_role("link", name=CUSTOMER["way.secure"])
        await expect(door).to_have_attribute("href", https)
        await expect(way.locator(".urlbox")).to_have_text(https.removeprefix("https://"))
        await walk.button(customer, "way.copy.button").click()
        await walk.button(customer, "way.copied").wait_for()
        await reads_well(customer, "link, insecure", touched=True)
        await plain.close()


async def test_an_old_browser_is_told_which_one_to_take(invite: Invite, house: House) -> None:
    customer = await invite()
    await customer.page.add_init_script("delete window.RTCPeerConnection")
    await customer.page.goto(await house.link())
    way = customer.page.locator("way-out")
    await expect(way).to_contain_text(CUSTOMER["way.why.old"])
    await reads_well(customer, "link, old browser", touched=True)
    assert await walk.button(customer, "way.stay").count() == 0


async def test_a_browser_that_cannot_run_the_page_shows_words_all_the_same(
    browser: Browser, house: House
) -> None:
    customer = await in_app(browser, f"{ANDROID} Chrome/60.0 Mobile Safari/537.36")
    await customer.page.route("**/static/js/pages/*.js", lambda route: route.abort())
    await customer.page.goto(await house.link())
    await expect(customer.page.get_by_role("alert")).to_contain_text("quá cũ", timeout=15_000)
    await customer.context.close()


async def at_the_camera(house: House, browser: Browser) -> Person:
    """A customer about to photograph the card, whose browser does not let the camera be used."""
    customer = await in_app(browser, f"{ANDROID} Chrome/142.0.0.0 Mobile Safari/537.36")
    await customer.context.clear_permissions()
    await customer.context.add_init_script(DENIED)
    await walk.open_link(customer, house, await house.link())
    await walk.agree(customer)
    await walk.confirm_phone(customer, house)
    return customer


async def is_told(customer: Person, title: str) -> None:
    """The camera is blocked; where this browser allows it again stands in its own words."""
    main = customer.page.locator("main")
    await expect(main).to_contain_text(title)
    for step in ("allow.chrome-android.1", "allow.chrome-android.2", "allow.back"):
        await expect(main).to_contain_text(CUSTOMER[step])


async def test_a_denied_camera_that_is_allowed_later_goes_on_without_a_reload(
    browser: Browser, house: House
) -> None:
    customer = await at_the_camera(house, browser)
    await walk.choose(customer, "cccd-2021")
    await is_told(customer, CUSTOMER["device.camera.denied"])
    await reads_well(customer, "capture, denied", touched=True)
    await customer.page.evaluate("window.__same = true")
    await customer.context.grant_permissions(["camera", "microphone"])
    await expect(customer.page.locator("section.cam")).to_have_attribute("data-state", "live")

    await customer.page.goto(f"{house.address}/c/document?again")
    await walk.choose(customer, "other")
    await walk.type_form(customer, walk.FORM)
    await walk.choose_now(customer)
    await customer.context.clear_permissions()
    await customer.page.reload()
    await is_told(customer, CUSTOMER["device.why.denied"])
    await reads_well(customer, "precheck, denied", touched=True)
    await customer.page.evaluate("window.__same = true")
    await customer.context.grant_permissions(["camera", "microphone"])
    await customer.page.locator("[data-check=camera][data-state=ok]").wait_for()
    assert await customer.page.evaluate("window.__same") is True
    assert customer.complaints == []
    await customer.context.close()


@pytest.mark.parametrize(
    ("name", "failure", "mend"),
    [
        (
            "NotFoundError",
            "none",
            "navigator.mediaDevices.dispatchEvent(new Event('devicechange'))",
        ),
        ("NotReadableError", "busy", "document.dispatchEvent(new Event('visibilitychange'))"),
    ],
)
async def test_a_camera_that_is_missing_or_taken_is_said_and_comes_back_by_itself(
    browser: Browser, house: House, name: str, failure: str, mend: str
) -> None:
    customer = await at_the_camera(house, browser)
    await customer.context.grant_permissions(["camera", "microphone"])
    await customer.context.add_init_script(
        f"""window.__gone = true;
        const own = navigator.mediaDevices.getUserMedia;
        navigator.mediaDevices.getUserMedia = (wanted) => window.__gone
          ? Promise.reject(new DOMException("", "{name}")) : own(wanted);"""
    )
    await walk.choose(customer, "cccd-2021")
    main = customer.page.locator("main")
    await expect(main).to_contain_text(CUSTOMER[f"device.camera.{failure}"])
    await expect(main).to_contain_text(CUSTOMER[f"device.do.{failure}"])
    await reads_well(customer, f"capture, {failure}", touched=True)
    await customer.page.evaluate(f"window.__gone = false; {mend}")
    await expect(customer.page.locator("section.cam")).to_have_attribute("data-state", "live")
    await customer.context.close()


async def test_a_camera_refused_in_an_apps_window_leads_to_a_browser(
    browser: Browser, house: House
) -> None:
    customer = await in_app(browser, APPS["zalo, iphone"][1])
    await customer.context.clear_permissions()
    await customer.context.add_init_script(DENIED)
    link = await house.link()
    await customer.page.goto(link)
    await walk.button(customer, "way.stay").click()
    await walk.agree(customer)
    await walk.confirm_phone(customer, house)
    await walk.choose(customer, "cccd-2021")
    words = CUSTOMER["device.do.app"].replace("{app}", "Zalo")
    await expect(customer.page.locator("main")).to_contain_text(words)
    await reads_well(customer, "capture, in zalo", touched=True)
    await customer.page.get_by_role("link", name=CUSTOMER["way.other"]).click()
    address = customer.page.locator("way-out .urlbox")
    await expect(address).to_have_text(re.compile(re.escape(link.partition("//")[2])))
    await customer.context.close()
