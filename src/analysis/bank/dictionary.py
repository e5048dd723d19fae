"""The dictionary of the bank's tables, data/DICTIONARY.md, from their YAML."""

from collections.abc import Iterator

from analysis.bank.schema import Column, Table, tables

_HEAD = """\
# Dictionary of the bank's tables · 数据字典

Made from `src/analysis/bank/tables/*.yaml` by `make docs`; do not edit it by hand.
由 `src/analysis/bank/tables/*.yaml` 生成，请勿手工修改。

- **Mandatory · 必需**: without these tables nothing is analysed. A topic that lacks another one is "not run".
- **Known · 可知时间**: a view of the bank on a day shows a row from then on; "timeless" rows always.
  A column without a day of its own, such as a customer's region or a member's tier, has the state of the day
  of extraction in every view.
- **Blank until · 此前为空**: on an earlier day the value is not known yet and reads as blank.
- **Missing · 缺失**: what a blank is to `analysis check`. A column whose blanks are no error may be left out.
- **Sensitivity · 敏感性**: `id` stands for a person or contract; `personal` is about a person; `free text`
  are words of a person, which may hold anything; `none`. A finding never shows personal values and free text.
- Money is in the bank's currency; days are dates; moments are local time without a zone; ids are text.
"""


def render() -> str:
    """The dictionary as Markdown, in English and Chinese: an index, then one section per table."""
    specs = list(tables().values())
    sections = [_HEAD, "\n".join(_index(specs)), *("\n".join(_section(spec)) for spec in specs)]
    return "\n".join(f"{section.rstrip()}\n" for section in sections)


def _index(specs: list[Table]) -> Iterator[str]:
    yield "| table | 中文 | one row per | columns |"
    yield "|---|---|---|---|"
    for spec in specs:
        name = f"**[{spec.name}](#{spec.name})**" if spec.mandatory else f"[{spec.name}](#{spec.name})"
        yield f"| {name} | {spec.zh} | {spec.grain} | {len(spec.columns)} |"


def _section(spec: Table) -> Iterator[str]:
    yield f"## {spec.name}"
    yield ""
    yield f"{spec.en} · {spec.zh}"
    yield ""
    yield f"- One row per · 粒度: {spec.grain}" + (" (mandatory · 必需)" if spec.mandatory else "")
    yield f"- Key · 主键: {_names(spec.key)}"
    yield f"- Known · 可知时间: {_known(spec)}"
    for earlier, later in spec.order:
        yield f"- Order · 先后: `{earlier}` is not later than `{later}`"
    yield ""
    yield "| column | type | unit | missing | values | meaning | 含义 | sensitivity | blank until |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for column in spec.columns.values():
        yield _row(spec, column)


def _row(spec: Table, column: Column) -> str:
    name = f"**`{column.name}`**" if column.name in spec.key else f"`{column.name}`"
    until = f"`{column.blank_until}`" if column.blank_until else ""
    if column.until_then:
        until += f", `{column.until_then}` until then"
    cells = (
        name,
        column.type,
        column.unit,
        column.missing,
        "; ".join(_values(column)),
        column.en,
        column.zh,
        column.sensitivity,
        until,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _values(column: Column) -> Iterator[str]:
    if column.references:
        yield f"a key of [{column.references}](#{column.references})"
    if column.values:
        yield f"one of {_names(column.values)}"
    if column.usual:
        yield f"usually {_names(column.usual)}"
    if column.min is not None and column.max is not None:
        yield f"{column.min:,g} to {column.max:,g}"
    elif column.min is not None:
        yield f"{column.min:,g} or more"
    elif column.max is not None:
        yield f"{column.max:,g} or less"
    if column.usual_age:
        yield f"usually {column.usual_age[0]} to {column.usual_age[1]} years ago"
    if column.usual_nonzero:
        yield "usually not zero"


def _known(spec: Table) -> str:
    if spec.known_with:
        parent = spec.known_with["table"]
        return f"with its row of [{parent}](#{parent}), by `{spec.known_with['by']}`"
    return f"from `{spec.known_at}`" if spec.known_at else "timeless"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
