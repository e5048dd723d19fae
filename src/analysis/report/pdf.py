"""Pages printed as PDF by the Chromium of the machine."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
LIMIT = 120

# Chromium would ask its maker for the time and for updates: no name resolves, and no proxy does it instead.
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-proxy-server",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)


_HAN = re.compile("[\u4e00-\u9fff]")

# Two characters that no font has are drawn as the same box.
_DRAWN_ALIKE = """<script>
const drawn = sign => {
  const sheet = document.createElement('canvas').getContext('2d');
  sheet.font = '40px sans-serif'; sheet.fillText(sign, 9, 60);
  return sheet.canvas.toDataURL();
};
document.title = drawn('客') === drawn('户') ? 'boxes' : 'characters';
</script>"""


class NoPdf(Exception):
    """A page could not be printed; the message says what to do."""


def chromium() -> str:
    """Path of the browser: what the variable CHROMIUM names, else the first of `NAMES` on the path.

    Raises
    ------
    NoPdf
        If there is none.
    """
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    if named:
        raise NoPdf(f"CHROMIUM is {named!r}, which is no program; name one, or unset it to search the path")
    raise NoPdf(
        "a PDF needs Chromium, and there is none on the path: install it (Debian: chromium) or name it in the "
        "variable CHROMIUM; pages and zip need none"
    )


def print_page(browser: str, page: Path, target: Path, limit: float = LIMIT) -> None:
    """Print a page on A4, as its style sheet says, with the headings as bookmarks.

    Parameters
    ----------
    browser : str
        As `chromium` finds it. It gets a profile of its own, which is thrown away.
    page, target : path
    limit : float
        Seconds.

    Raises
    ------
    NoPdf
        If the browser fails or exceeds the limit; `target` then is not to be used.
    """
    arguments = [f"--print-to-pdf={target.absolute()}", page.absolute().as_uri()]
    _said, complained = _call(browser, arguments, page.name, limit)
    if not _is_whole(target):
        raise NoPdf(f"{page.name} was not printed; {browser} said: {_last(complained)}")


def expect_characters(browser: str, pages: Iterable[Path], limit: float = LIMIT) -> None:
    """See that the browser has a font for the Chinese characters of the pages, if they have any.

    Raises
    ------
    NoPdf
        If it would print boxes in their place.
    """
    chinese = next((page for page in pages if _HAN.search(page.read_text(encoding="utf-8"))), None)
    if chinese is None:
        return
    with tempfile.TemporaryDirectory(prefix="analysis-pdf-") as folder:
        trial = Path(folder) / "trial.html"
        trial.write_text(f'<meta charset="utf-8">{_DRAWN_ALIKE}', encoding="utf-8")
        drawn, complained = _call(browser, ["--dump-dom", trial.as_uri()], "a trial page", limit)
    if "<title>boxes" in drawn:
        raise NoPdf(
            f"{chinese.name} has Chinese characters, and no font with Chinese glyphs is installed on this machine: "
            f"{browser} would print boxes; install one (Debian: fonts-noto-cjk); pages and zip need none"
        )
    if "<title>characters" not in drawn:
        raise NoPdf(f"a trial page was not shown; {browser} said: {_last(complained)}")


def _call(browser: str, arguments: list[str], page: str, limit: float) -> tuple[str, str]:
    """Start the browser with a profile of its own; what it wrote, and what it complained of."""
    with tempfile.TemporaryDirectory(prefix="analysis-pdf-", ignore_cleanup_errors=True) as home:
        command = [browser, *_FLAGS, f"--user-data-dir={home}/profile"]
        # Chromium refuses to confine root; the pages are ours.
        if os.geteuid() == 0:
            command.append("--no-sandbox")
        return _ended([*command, *arguments], os.environ | {"HOME": home}, page, limit)


def _ended(command: list[str], environment: dict[str, str], page: str, limit: float) -> tuple[str, str]:
    call = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    with call as process:
        try:
            return process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            raise NoPdf(f"{page} was not printed within {limit:g} seconds by {command[0]}") from None
        finally:
            # However the call ended, what the browser started ends with it.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _is_whole(target: Path) -> bool:
    content = target.read_bytes() if target.is_file() else b""
    return content.startswith(b"%PDF") and content.rstrip().endswith(b"%%EOF")


def _last(said: str) -> str:
    return next(reversed([line for line in said.splitlines() if line.strip()]), "nothing")
