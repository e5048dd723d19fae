"""The house style of charts: colours, fonts, titles that say the message, numbers in the reader's language.

Chart functions take data and return axes. They neither save nor show: a notebook displays the figure, as
SVG with its message as alternative text, and a test looks at the axes.
"""

import io
import re
import textwrap
import unicodedata
import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import blended_transform_factory

from analysis.language import number, percent, short

INK, MUTED, LINE, GHOST = "#1c2733", "#5b6b7a", "#d5dde5", "#c3ccd5"
# Okabe & Ito (2008), told apart with every common colour blindness; darkened or greyed to be calm in print.
BLUE, ORANGE, GREEN, SKY, PURPLE, YELLOW = "#1f5f99", "#d1700f", "#1f8a70", "#6fb1d8", "#a3628f", "#d9b13b"
PALETTE = (BLUE, ORANGE, GREEN, SKY, PURPLE, YELLOW)
SEQUENTIAL = LinearSegmentedColormap.from_list("calm", ["#f3f7fa", "#9cc3de", "#1f5f99", "#12304f"])

# Debian's fonts-noto-cjk (SIL Open Font Licence 1.1) first; whatever is installed serves the glyphs it has.
FONTS = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC", "DejaVu Sans")

WIDTH = 8.0
_TITLE, _DETAIL = 12.5, 9.5
_MARGIN = 0.3  # inches that a title leaves free on the right
_LEFT = 0.005  # where titles begin, as a part of the figure's width


class MissingGlyph(ValueError):
    """No font of this machine has a sign that a chart is to show."""


def apply() -> None:
    """Set the house style for this process, and display figures as SVG with alternative text in notebooks."""
    installed = set(font_manager.get_font_names())
    mpl.rcParams.update(
        {
            "font.family": [name for name in FONTS if name in installed],
            "font.size": 10,
            "text.color": INK,
            "axes.labelcolor": MUTED,
            "axes.edgecolor": LINE,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.axisbelow": True,
            "axes.prop_cycle": mpl.cycler(color=PALETTE),
            "axes.unicode_minus": True,
            "xtick.color": MUTED,
            "ytick.color": MUTED,
            "xtick.major.size": 0,
            "ytick.major.size": 0,
            "grid.color": LINE,
            "grid.linewidth": 0.6,
            "legend.frameon": False,
            "figure.constrained_layout.use": True,
            "figure.constrained_layout.h_pad": 0.08,
            "image.cmap": "calm",
            "svg.fonttype": "path",
            "svg.hashsalt": "analysis",
        }
    )
    _display_as_svg()


if "calm" not in mpl.colormaps:
    mpl.colormaps.register(SEQUENTIAL, name="calm")


def axes(ax: Axes | None, height: float, width: float = WIDTH) -> Axes:
    """`ax`, or the axes of a new figure of that size in inches."""
    return ax if ax is not None else plt.subplots(figsize=(width, height))[1]


def title(ax: Axes, message: str, detail: str = "") -> None:
    """Say the message above the chart, with units and period in a smaller line below it.

    Both begin at the left edge of the figure, whatever room the names of rows take; of several charts in one
    figure, each at its own left edge. The message also becomes the figure's alternative text.
    """
    alone = len(ax.figure.axes) == 1
    width = ax.figure.get_size_inches()[0] - _MARGIN
    message_lines = _wrapped(message, width, _TITLE)
    detail_lines = _wrapped(detail, width, _DETAIL)
    pad = 10 + len(detail_lines) * _DETAIL * 1.45
    bold = {"fontsize": _TITLE, "fontweight": "bold", "linespacing": 1.3}
    text = ax.set_title("\n".join(message_lines), loc="left", pad=pad, **bold)
    if alone:
        text.set_transform(blended_transform_factory(ax.figure.transFigure, text.get_transform()))
        text.set_x(_LEFT)
    below = ax.annotate(
        "\n".join(detail_lines),
        (_LEFT if alone else 0, 1),
        (0, 8),
        linespacing=1.3,
        xycoords=("figure fraction" if alone else "axes fraction", "axes fraction"),
        textcoords="offset points",
        va="bottom",
        fontsize=_DETAIL,
        color=MUTED,
    )
    # The title's distance from the axes makes room for it.
    below.set_in_layout(not alone)
    said = [text for text in (alt(ax.figure), message, detail) if text]
    ax.figure.set_label(" · ".join(said))


def alt(figure: Figure) -> str:
    """Alternative text of a figure: the messages of its charts."""
    return str(figure.get_label())


def _wrapped(text: str, inches: float, size: float) -> list[str]:
    """Lines that fit: Latin letters take about half their size, Chinese characters all of it."""
    return _lines(text, int(inches * 72 / (size * 0.53)))


# What stays together in Chinese: numbers with 万 and 亿, Latin words, marks with what they open or close.
_PIECE = re.compile(
    r"[（《“‘「【]*(?:[!-~−–\u00a0]+(?:万亿|[万亿])?|.)[，。；：、！？）》”’」】·]*", re.DOTALL
)


def _lines(text: str, columns: int) -> list[str]:
    """Lines of at most so many Latin letters, or half as many Chinese ones; no number is broken."""
    # A currency stays with its amount.
    text = re.sub(r"(?<![A-Z])([A-Z]{3}) (?=\d)", "\\1\u00a0", text)
    if any(_wide(letter) for letter in text):
        lines, used = [""], 0.0
        for piece in _PIECE.findall(text):
            width = sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1.1 for letter in piece)
            if used + width > columns and used:
                lines, used = [*lines, ""], 0.0
            lines[-1] += piece
            used += width
    else:
        lines = textwrap.wrap(text, columns)
    return [line.strip().replace("\u00a0", " ") for line in lines if line.strip()]


def broken(label: str, columns: int) -> str:
    """A long name of a row or column in lines of so many letters; of Chinese ones half as many."""
    return "\n".join(_lines(label, columns))


def _wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def direct_labels(ax: Axes, bars, labels: list[str], **text) -> None:
    """Write each bar's value at its end, instead of an axis with a grid."""
    ax.bar_label(bars, labels, padding=4, **({"fontsize": 9.5, "color": INK} | text))


def tick(value: float) -> str:
    """A tick as a number, with the decimals that it has."""
    return _trimmed(number(value, 4))


def share_tick(value: float) -> str:
    """A tick as a percentage, with the decimals that it has."""
    return _trimmed(percent(value, 4))


def amount_tick(value: float) -> str:
    """A tick as a large number in short, with the decimals that it has."""
    return _trimmed(short(value, 4))


def _trimmed(words: str) -> str:
    """A number without the noughts at the end of its decimals."""
    return re.sub(r"(\.\d*?[1-9])0+(?!\d)|\.0+(?!\d)", r"\1", words)


def plain(axis) -> None:
    """Ticks of an axis as numbers, see `tick`."""
    axis.set_major_formatter(FuncFormatter(lambda value, _place: tick(value)))


def shares(axis) -> None:
    """Ticks of an axis as percentages, see `share_tick`."""
    axis.set_major_formatter(FuncFormatter(lambda value, _place: share_tick(value)))


def amounts(axis) -> None:
    """Ticks of an axis as large numbers in short, see `amount_tick`."""
    axis.set_major_formatter(FuncFormatter(lambda value, _place: amount_tick(value)))


def bare(ax: Axes, *, keep: str = "") -> None:
    """Take the frame and the ticks off, apart from the labels of axis `keep` ("x", "y" or none)."""
    for spine in ax.spines.values():
        spine.set_visible(False)
    for name in {"x", "y"} - {keep}:
        ax.tick_params(axis=name, **({"labelbottom": False} if name == "x" else {"labelleft": False}))


def key(ax: Axes, handles: list, labels: list[str], columns: int = 3) -> None:
    """What the lines and marks are, below the chart: there it covers none of them."""
    ax.figure.legend(handles, labels, loc="outside lower left", ncols=columns, fontsize=9.5)


def nothing(reason: str, ax: Axes | None = None) -> Axes:
    """Say in place of a chart why there is none."""
    ax = axes(ax, 0.3 + 0.25 * len(_wrapped(reason, WIDTH - _MARGIN, _TITLE)))
    ax.set_axis_off()
    title(ax, reason)
    return ax


def _display_as_svg() -> None:
    """In a notebook, show figures as SVG and hand their alternative text on in the output's metadata."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    # The inline backend sets its own formats when it is loaded; let that be past.
    plt.switch_backend(mpl.get_backend())
    formatters = shell.display_formatter.formatters
    for name in ("image/png", "image/jpeg"):
        formatters[name].pop(Figure, None)
    formatters["image/svg+xml"].for_type(Figure, _svg)


def _svg(figure: Figure) -> tuple[str, dict]:
    out = io.StringIO()
    with warnings.catch_warnings():
        # Matplotlib would draw a box and go on.
        warnings.filterwarnings("error", r"Glyph \d+ .* missing from", UserWarning)
        try:
            # Without a date the same data give the same bytes.
            figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        except UserWarning as missing:
            raise MissingGlyph(
                f"{missing} Install a font that has it (for Chinese: Debian's fonts-noto-cjk), or leave it out"
            ) from None
    return out.getvalue(), {"alt": alt(figure)}
