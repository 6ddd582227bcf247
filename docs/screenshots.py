"""Take the pictures of the explorer that the README shows, in Chromium: `python docs/screenshots.py [FOLDER]`.

The first case is served on a free port, looked at, and nothing else is asked for.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
CASE = ROOT / "examples" / "us-china-2019"
SCALE = 1.0
"""Device pixels for each pixel of the page: the files stay small."""
PICTURES = (
    ("disputes", "/", 1200, 900, "light"),
    ("dispute", "/dispute/{dispute}", 1200, 1150, "light"),
    ("graph", "/graph?focus={dispute}", 1200, 1000, "light"),
    ("meeting", "/meeting/preparatory-talks", 1200, 1000, "dark"),
)
"""Name, page, width, height, theme."""


def main(folder: Path) -> None:
    """Take every picture into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with _served() as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        dispute = _most_telling(browser, origin)
        for name, page, width, height, scheme in PICTURES:
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=SCALE
            )
            shown = context.new_page()
            shown.goto(origin + page.format(dispute=dispute))
            shown.screenshot(path=folder / f"{name}.png")
            print(f"wrote {folder / name}.png")
            context.close()
        browser.close()


def _most_telling(browser: Browser, origin: str) -> str:
    """Return the dispute whose kinds tell most: a presupposition that meets a universal denial."""
    page = browser.new_page()
    page.goto(f"{origin}/disputes?kind=presupposition")
    found = page.locator("[data-dispute]").first.get_attribute("data-dispute")
    page.close()
    return found or ""


@contextmanager
def _served() -> Iterator[str]:
    command = [sys.executable, "-c", "from kg.cli import main; main()", "serve", str(CASE), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        said = []
        for line in process.stdout or ():
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                yield found[0]
                return
        raise SystemExit("".join(said))
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
