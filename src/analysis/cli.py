"""`python -m analysis`: the commands of the batch operator and the data steward.

Exit codes: 0 all well; 1 a report failed or the bank has errors; 2 unusable arguments or bank, or no
Chromium for a PDF; 130 interrupted. What a command needs is imported in its function, so that `--help` answers at once.
"""

import argparse
import sys
from datetime import date
from pathlib import Path

DEMO = "data/demo"


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; an error is one clear line on standard error."""
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except KeyboardInterrupt:
        print("analysis: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read the output, such as `head`, has seen enough.
        sys.stderr.close()
        return 1
    except Exception as error:
        if not isinstance(error, _expected()):
            raise
        print(f"analysis: {error}", file=sys.stderr)
        return 2


def _expected() -> tuple[type[Exception], ...]:
    """Errors that speak to the person who typed the command; any other is a defect of ours."""
    from analysis.bank.source import BankError

    expected: list[type[Exception]] = [BankError, OSError]
    # Only what a command has imported can have been raised.
    for module, name in (
        ("analysis.report.parameters", "UnusableArgument"),
        ("analysis.report.publish", "Busy"),
        ("analysis.report.share", "NotShared"),
        ("analysis.report.pdf", "NoPdf"),
        ("analysis.bank.public", "ImportFailed"),
    ):
        if module in sys.modules:
            expected.append(getattr(sys.modules[module], name))
    return tuple(expected)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="analysis", description="Analytics of a bank's customers: notebooks in, HTML reports out."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands)
    _add_share(commands)
    check = commands.add_parser("check", help="validate a bank's tables; exit 1 on errors")
    check.add_argument("--bank", default=DEMO, metavar="URL", help=_BANK)
    check.set_defaults(command=_check)
    _add_demo(commands)
    public = commands.add_parser("import", help="turn a public data set into a bank")
    public.add_argument("dataset", choices=["berka", "cdnow"])
    public.add_argument("source", type=Path, metavar="DIR", help="folder of the original files")
    public.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the bank to write")
    public.set_defaults(command=_import)
    words = commands.add_parser("dictionary", help="print what tables or features mean (Markdown)")
    words.add_argument("of", nargs="?", choices=["tables", "features"], default="tables")
    words.set_defaults(command=_dictionary)
    return parser


_BANK = (
    "folder of Parquet or CSV files, x.duckdb, postgres://user:${PGPASSWORD}@host/db or "
    f"spark://local/FOLDER (default: {DEMO})"
)


def _add_run(commands) -> None:
    run = commands.add_parser("run", help="execute the notebooks and publish their reports")
    run.add_argument("--bank", default=DEMO, metavar="URL", help=_BANK)
    run.add_argument(
        "--as-of", default="latest", metavar="DATE", help="ISO date (default: the data's last day)"
    )
    run.add_argument("--only", nargs="+", default=[], metavar="TOPIC", help="these topics (default: all)")
    run.add_argument("--by", metavar="COLUMN", help="one set of reports per value, such as branch_id")
    run.add_argument("--where", default="", metavar="FILTER", help="such as \"branch_id = 'B07'\"")
    run.add_argument("--language", default="en", choices=["en", "zh"])
    run.add_argument("--jobs", type=int, default=2, metavar="N", help="notebooks at a time (default: 2)")
    run.add_argument("--out", type=Path, default=Path("reports"), metavar="DIR", help="default: reports")
    run.add_argument("--seed", type=int, default=20240101)
    run.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a topic's own parameter; repeatable"
    )
    run.add_argument(
        "--timeout", type=int, default=1800, metavar="SECONDS", help="limit per notebook (default: 1800)"
    )
    run.add_argument("--notebooks", type=Path, default=Path("notebooks"), metavar="DIR")
    run.set_defaults(command=_run)


def _add_share(commands) -> None:
    share = commands.add_parser("share", help="write what can be sent of a run: pages for mail, a zip, PDFs")
    share.add_argument("run", type=Path, metavar="RUN", help="folder of a run, such as reports/2024-12-31")
    share.add_argument(
        "--as",
        nargs="+",
        default=["mail", "zip"],
        choices=["mail", "zip", "pdf"],
        dest="forms",
        help="mail: each page by itself; zip: all pages; pdf: needs Chromium (default: mail zip)",
    )
    share.add_argument(
        "--everything",
        action="store_true",
        help="zip the whole folder: with customer numbers, figures that are not suppressed, and notebooks",
    )
    share.add_argument("--out", type=Path, default=Path("shared"), metavar="DIR", help="default: shared")
    share.set_defaults(command=_share)


def _add_demo(commands) -> None:
    demo = commands.add_parser("demo", help="write a simulated bank, and its truth beside it")
    demo.add_argument("--out", type=Path, default=Path(DEMO), metavar="DIR", help=f"default: {DEMO}")
    demo.add_argument("--customers", type=int, default=5_000, metavar="N")
    demo.add_argument("--seed", type=int, default=20240101)
    demo.add_argument("--start", type=_day, default="2022-01-01", metavar="DATE", help="first of a month")
    demo.add_argument("--months", type=int, default=36, metavar="M")
    demo.set_defaults(command=_demo)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no date; expected one such as 2022-01-01") from None


def _run(options: argparse.Namespace) -> int:
    from analysis.report.parameters import UnusableArgument
    from analysis.report.run import run

    given = dict(pair.partition("=")[::2] for pair in options.set)
    for pair in options.set:
        if "=" not in pair:
            raise UnusableArgument(f"--set {pair}: expected NAME=VALUE")
    result = run(
        options.bank,
        as_of=options.as_of,
        only=tuple(options.only),
        by=options.by,
        where=options.where,
        language=options.language,
        jobs=options.jobs,
        out=options.out,
        seed=options.seed,
        parameters=given,
        timeout=options.timeout,
        notebooks=options.notebooks,
    )
    print(_summary(result))
    print(result.index)
    return result.exit_code


def _summary(result) -> str:
    from analysis.language import _, ngettext, number

    executed, failed = result.executed, result.failed
    if not executed and not failed:
        return _("Nothing has changed: all reports are up to date, no notebook was run.")
    said = [
        ngettext("{count} notebook run.", "{count} notebooks run.", executed).format(count=number(executed))
    ]
    if failed:
        said.append(
            ngettext("{count} report failed.", "{count} reports failed.", failed).format(count=number(failed))
        )
    if not result.bank_state_known:
        said.append(_("This bank's changes cannot be known without reading it: every run makes all reports."))
    return " ".join(said)


def _share(options: argparse.Namespace) -> int:
    from analysis.language import _
    from analysis.report.share import share

    written = share(options.run, options.out, tuple(options.forms), options.everything)
    if options.everything:
        warning = _(
            "The zip holds customer numbers, figures that are not suppressed, and code: it is only for those who "
            "may read the bank's tables."
        )
        print(warning, file=sys.stderr)
    print(*written, sep="\n")
    return 0


def _check(options: argparse.Namespace) -> int:
    from analysis.bank.check import check, report
    from analysis.bank.source import open_bank

    findings = check(open_bank(options.bank))
    print(report(findings))
    return int(any(finding.severity == "error" for finding in findings))


def _demo(options: argparse.Namespace) -> int:
    from analysis.bank.demo import write

    truth = options.out.with_name(options.out.name + "_truth")
    write(
        options.out,
        truth,
        customers=options.customers,
        seed=options.seed,
        start=options.start,
        months=options.months,
    )
    print(options.out)
    return 0


def _import(options: argparse.Namespace) -> int:
    if options.dataset == "berka":
        from analysis.bank.public.berka import import_berka as convert
    else:
        from analysis.bank.public.cdnow import import_cdnow as convert

    print(convert(options.source, options.out))
    print(options.out)
    return 0


def _dictionary(options: argparse.Namespace) -> int:
    if options.of == "features":
        from analysis.bank.features.page import render
    else:
        from analysis.bank.dictionary import render

    print(render(), end="")
    return 0
