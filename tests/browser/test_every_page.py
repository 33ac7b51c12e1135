"""Every page of the sample region at three sizes: axe finds nothing, nothing is too wide, pictures to look at."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Server, picture, sideways_scroll, watch
from playwright.sync_api import BrowserContext, Page

OpenContext = Callable[[str], BrowserContext]
pytestmark = pytest.mark.browser

#: role -> the pages that are looked at in it
PAGES = {
    "convener": (
        "/",
        "/account",
        "/people",
        "/assessments",
        "/assessments/new",
        "/assessments/2",
        "/meetings",
        "/meetings/new",
        "/meetings/2",
        "/meetings/2/join-sheet",
        "/meetings/2/needs",
        "/meetings/2/firms",
        "/meetings/2/paper",
        "/meetings/2/print-ballots",
        "/meetings/2/scans",
        "/meetings/2/results",
        "/meetings/2/screen",
        "/colleges",
        "/colleges/CRC",
        "/colleges/CRC/import",
        "/colleges/CRC/editions/1",
        "/courses/CRC/EMT 121",
        "/runs",
        "/runs/new",
        "/runs/1",
        "/runs/1/courses",
        "/runs/1/files",
        "/runs/1/needs/AU-01",
        "/runs/1/courses/CRC/EMT 121",
        "/credentials",
        "/credentials/colleges",
        "/credentials/11?held=OSHA10&held=CPT-S",
        "/credentials/8/edit",
        "/credentials/import",
        "/apprenticeships",
        "/apprenticeships/1",
        "/apprenticeships/1/settings",
        "/apprenticeships/occupations/1",
        "/apprenticeships/occupations/new",
        "/region",
        "/region/plan?n_changes=4&revision_hours=20&outcome_hours=6&new_course_hours=120&max_outcomes=6",
        "/matcher",
        "/report-back",
        "/report-back/EMP-01",
        "/report-back/region",
        "/training/sections",
        "/training/requests",
        "/training/sections/confirm?requests=8,9",
        "/training/cohorts/1",
        "/training/cohorts/1/correct",
        "/training/region",
        "/funding",
        "/funding/firms/EMP-11",
        "/funding/firms/EMP-11/requests",
        "/funding/credentials/submissions",
        "/funding/credentials/submissions/2",
        "/funding/credentials/import",
    ),
    "employer": (
        "/report-back/mine",
        "/report-back/region",
        "/training",
        "/training/requests/new",
        "/training/requests/13",
        "/training/requests/13/edit",
        "/training/cohorts/1",
        "/funding/firms/EMP-11",
        "/funding/firms/EMP-11/requests",
        "/funding/credentials/new",
        "/funding/credentials/submissions/2",
    ),
    "curriculum reviewer": ("/", "/review", "/revisions", "/runs/1/courses/CRC/MFG 145"),
    "regional viewer": ("/", "/region", "/no-such-page", "/people"),
}
PUBLIC = (
    "/",
    "/sign-in",
    "/meet",
    "/credentials/share/three-rivers-skills-partnership/CPT",
    "/funding/credentials",
    "/funding/credentials?q=weld",
)
#: The chart library leaves one style rule that the policy refuses; nothing on the page needs it.
HARMLESS = re.compile("Applying inline style|status of (403|404)")


@pytest.fixture(scope="module")
def cookies() -> dict[str, list[dict[str, str]]]:
    """Keep the cookies of each role: a link works once."""
    return {}


def open_as(context: BrowserContext, role: str, *, server: Server, cookies: dict[str, list[dict[str, str]]]) -> Page:
    """Sign a role in, the first time with its link, later with the cookie that it left."""
    if role in cookies:
        context.add_cookies(cookies[role])  # type: ignore[arg-type]  # the shape that cookies() gave
        return context.new_page()
    page = context.new_page()
    page.goto(server.links[role])
    page.get_by_role("button", name=re.compile("^Continue as")).click()
    cookies[role] = context.cookies()  # type: ignore[assignment]  # handed back as they came
    return page


def look(page: Page, path: str, *, name: str, server: Server) -> list[str]:
    """Open a page, take its picture and return what is wrong with it."""
    page.goto(server.url + path)
    charts = page.locator(".chart-canvas")
    for place in range(charts.count()):
        charts.nth(place).locator(".main-svg").first.wait_for()
    picture(page, name)
    problems = [f"{path} is {sideways_scroll(page)} px too wide"] if sideways_scroll(page) > 0 else []
    for violation in Axe().run(page).response["violations"]:
        where = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
        problems.append(f"{path}: {violation['id']} ({violation['help']}): {where}")
    return problems


@pytest.mark.parametrize("size", ["phone", "laptop", "projector"])
@pytest.mark.parametrize("role", ["public", *PAGES])
def test_every_page_is_sound(
    demo_server: Server, open_context: OpenContext, cookies: dict[str, list[dict[str, str]]], role: str, size: str
) -> None:
    context = open_context(size)
    page = context.new_page() if role == "public" else open_as(context, role, server=demo_server, cookies=cookies)
    complaints = watch(page)
    problems: list[str] = []
    for path in PUBLIC if role == "public" else PAGES[role]:
        slug = re.sub(r"\W+", "-", path).strip("-") or "home"
        problems += look(page, path, name=f"{role.replace(' ', '-')}-{slug}-{size}", server=demo_server)
    problems += [line for line in complaints if not HARMLESS.search(line)]
    assert not problems, "\n".join(problems)
