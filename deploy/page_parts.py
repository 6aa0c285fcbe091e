"""Which scripts and styles the pages take out of npm's packages. Next stop: gateway/static."""

import shutil
import sys
from pathlib import Path

from deploy.places import PROJECT

VENDOR = PROJECT / "gateway" / "static" / "vendor"
PARTS = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
    "hx-csp.min.js": "htmx.org/dist/ext/hx-csp.min.js",
    "hx-head.min.js": "htmx.org/dist/ext/hx-head.min.js",
    "uplot.min.js": "uplot/dist/uPlot.iife.min.js",
    "uplot.min.css": "uplot/dist/uPlot.min.css",
    "tokens.css": "@digital-go-jp/design-tokens/dist/tokens.css",
    "licenses/htmx.txt": "htmx.org/LICENSE",
    "licenses/uplot.txt": "uplot/LICENSE",
    "licenses/design-tokens.txt": "@digital-go-jp/design-tokens/LICENSE",
}


class PartMissing(Exception):
    """npm did not bring what the pages need."""


def copy_parts(modules: Path, vendor: Path) -> None:
    """Copy the parts from npm's folder to the one that the gateway serves. Raises: PartMissing."""
    shutil.rmtree(vendor, ignore_errors=True)
    for target, source in PARTS.items():
        if not (modules / source).exists():
            raise PartMissing(f"{source} is not among the fetched packages")
        (vendor / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, vendor / target)


if __name__ == "__main__":
    copy_parts(Path(sys.argv[1]), VENDOR)
