"""The picture an authenticator app scans. Next stop: web/activation.py shows it."""

import io

import segno


def qr_svg(uri: str) -> str:
    """Return the QR code as an SVG element without style attributes, black on white, with its quiet zone."""
    out = io.BytesIO()
    code = segno.make(uri, error="m", micro=False)
    code.save(out, kind="svg", xmldecl=False, svgns=True, omitsize=True, dark="#000", light="#fff", border=4)
    return out.getvalue().decode().strip()


def qr_data_uri(uri: str) -> str:
    """Return the QR code as an SVG data URI, for clients that draw it themselves."""
    return str(segno.make(uri, error="m", micro=False).svg_data_uri(border=4, scale=4, dark="#000", light="#fff"))
