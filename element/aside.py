"""`.element`, the hidden folder of an app where previous versions and deleted elements are kept.

It holds secrets as the elements do: only its owner may look in, and git is told to leave it out.
"""

import shutil
from pathlib import Path

from element import directory

NAME = ".element"


def aside(root: Path, part: str) -> Path:
    """The folder `.element/<part>` of the app, made if need be. Raises OSError, and ElementError for a link."""
    hidden = root / NAME
    directory.refuse_links(hidden, hidden / part)
    hidden.mkdir(mode=0o700, exist_ok=True)
    ignored = hidden / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*\n", encoding="utf-8")
    (hidden / part).mkdir(mode=0o700, exist_ok=True)
    return hidden / part


def cleared(folder: Path) -> Path:
    """`folder`, with nothing there any more."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder
