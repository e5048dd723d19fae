"""A real Chromium, and runs to show in it: a small notebook executed here, the simulated bank, and it in Chinese."""

import os
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from playwright.sync_api import sync_playwright
from tests.browser.site import Site
from tests.report.sample import HOSTILE, topic, write_run

from analysis.report import index, overview
from analysis.report.html import render

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
QUIET += ["--disable-sync", "--no-first-run"]

CELLS = [
    "# Regions & their customers\n\n**Question.** Where do our customers live?",
    (
        "import matplotlib.pyplot as plt\n"
        "from analysis.bank.source import open_bank\n"
        "from analysis.charts import style\n"
        "from analysis.report import page, results\n"
        "style.apply()\n"
        "view = open_bank(bank).view()\n"
        "page.run_facts(view, customers=40, seed=1)"
    ),
    "## Where they live\n\nCounted.\n\n### By region, in a heading that takes several lines on a phone",
    (
        "regions = view.customers().group_by('region').agg(n=lambda t: t.count()).to_pandas()\n"
        "many = {f'm{i}': regions.n * 1234567.891 / 7 for i in range(14)}\n"
        "page.table(regions.assign(**many), title='Half live here', note='Counted.',\n"
        "           columns={'region': ('Region', ''), 'n': ('Customers', 'customers'),\n"
        "                    **{name: (name, 'CNY') for name in many}})"
    ),
    (
        "import warnings\n"
        "warnings.warn('not for management')\n"
        "print('nor this')\n"
        "ax = style.axes(None, 3.5)\n"
        "ax.bar(['东', 'West'], [20, 20])\n"
        "style.title(ax, 'Half live in the east 东部', 'customers')\n"
        "plt.show()"
    ),
    "## Limits\n\n" + "Nothing is known of those who are not here. " * 40,
    (
        "results.record(results_folder, topic='regions', view=view,\n"
        "    headline='Half of 40 customers live here.',\n"
        "    figures=[results.figure('east', 0.5, low=0.35, high=0.65, unit='share', baseline=1 / 3),\n"
        "             results.figure('customers', 40, unit='customers'),\n"
        "             results.figure('assets', 123456789.123, low=1e8, high=1.5e8, unit='CNY')],\n"
        "    decision=results.decision('Branches', 'open one', customers=20, money=1e6, currency='CNY', stake='assets'),\n"
        "    health=[results.health('Size', False, 'Only 40 customers: the interval is wide.')], tables={})"
    ),
]


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory) -> Path:
    """A run of one small notebook on a bank of 40 customers, half of them in a region of hostile name."""
    folder = tmp_path_factory.mktemp("sample")
    _write_bank(folder / "bank")
    site = folder / "runs" / "latest"
    site.mkdir(parents=True)
    cells = [
        nbformat.v4.new_markdown_cell(cell) if cell.startswith("#") else nbformat.v4.new_code_cell(cell)
        for cell in CELLS
    ]
    given = f"bank, results_folder = {str(folder / 'bank')!r}, {str(site / 'regions')!r}"
    notebook = nbformat.v4.new_notebook(cells=[cells[0], nbformat.v4.new_code_cell(given), *cells[1:]])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    nbformat.write(notebook, folder / "regions.ipynb")
    page = render(folder / "regions.ipynb", site / "regions" / "metrics.json", "en")
    (site / "regions.html").write_text(page, encoding="utf-8")
    failure = {"kind": "error", "cell": 3, "source": "", "error": "ValueError", "message": HOSTILE}
    write_run(site, topic("regions"), topic("churn", "failed", page=None, failure=failure))
    index.write(site)
    overview.write(site.parent, [site])
    return site


def _write_bank(folder: Path) -> None:
    folder.mkdir()
    ids = [f"C{number:02}" for number in range(40)]
    customers = pd.DataFrame(
        {"customer_id": ids, "region": ["East", HOSTILE] * 20, "joined_on": "2020-01-02"}
    )
    accounts = pd.DataFrame(
        {"account_id": ids, "customer_id": ids, "product_id": "P1", "opened_on": "2020-01-02"}
    )
    bookings = pd.DataFrame(
        {
            "transaction_id": ids,
            "account_id": ids,
            "booked_at": "2024-12-30 10:00:00",
            "amount": 10.5,
            "category": "salary",
            "channel": "mobile",
        }
    )
    for name, frame in {"customers": customers, "accounts": accounts, "transactions": bookings}.items():
        frame.to_csv(folder / f"{name}.csv", index=False)


@pytest.fixture(params=["sample_run", "demo_run"])
def site(request, chromium) -> Site:
    return Site(request.getfixturevalue(request.param), chromium)
