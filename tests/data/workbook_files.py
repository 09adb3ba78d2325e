"""Workbooks as tests need them: the fewest parts with which an .xlsx opens."""

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = (
    f"<styleSheet {MAIN}><numFmts count='1'><numFmt numFmtId='170' formatCode='yyyy-mm-dd hh:mm:ss'/></numFmts>"
    "<cellXfs count='4'><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='170'/><xf numFmtId='46'/></cellXfs>"
    "</styleSheet>"
)
HIDDEN = "state='hidden'"
EPOCH = dt.datetime(1899, 12, 30)

Cell = str | int | float | bool | dt.date | dt.timedelta | None


class Formula(str):
    """A formula with the value that Excel last computed, after a bar: `A1+B1|3`; nothing after it for none."""


def workbook(sheets: Mapping[str, Sequence[Sequence[Cell]]], hidden: Sequence[str] = (), merged: str = "") -> bytes:
    """Return a workbook with these sheets, each a list of rows.

    Args:
        sheets: Name -> rows.
        hidden: Names of those that are hidden.
        merged: A range merged on every sheet, such as A1:C1.
    """
    names = "".join(
        f'<sheet name="{escape(name)}" sheetId="{k}" r:id="rId{k}" {HIDDEN * (name in hidden)}/>'
        for k, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{k}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{k}.xml"/>'
        for k in range(1, len(sheets) + 1)
    )
    links += f'<Relationship Id="rIdS" Type="{OFFICE}/styles" Target="styles.xml"/>'
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{k}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.worksheet+xml"/>'
        for k in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType='
        f'"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" Type="{OFFICE}/'
        'officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        "xl/styles.xml": STYLES,
    }
    for k, rows in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{k}.xml"] = _sheet(rows, merged)
    return packed(parts)


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a zip of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return file.getvalue()


def _sheet(rows: Sequence[Sequence[Cell]], merged: str) -> str:
    body = "".join(
        f'<row r="{r}">{"".join(_cell(f"{chr(64 + c)}{r}", cell) for c, cell in enumerate(row, 1))}</row>'
        for r, row in enumerate(rows, 1)
    )
    spans = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
    return f"<worksheet {MAIN}><sheetData>{body}</sheetData>{spans}</worksheet>"


def _cell(at: str, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Formula):
        formula, value = cell.split("|")
        return f'<c r="{at}"><f>{escape(formula)}</f><v>{value}</v></c>'
    if isinstance(cell, str):
        return f'<c r="{at}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    if isinstance(cell, bool):
        return f'<c r="{at}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, dt.datetime):
        return f'<c r="{at}" s="2"><v>{(cell - EPOCH) / dt.timedelta(days=1)!r}</v></c>'
    if isinstance(cell, dt.date):
        return f'<c r="{at}" s="1"><v>{(cell - EPOCH.date()).days}</v></c>'
    if isinstance(cell, dt.timedelta):
        return f'<c r="{at}" s="3"><v>{cell / dt.timedelta(days=1)!r}</v></c>'
    return f'<c r="{at}"><v>{cell!r}</v></c>'
