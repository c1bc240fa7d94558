"""Start the designer: `python -m ui`. SMS_APP names the app folder (./app), PORT the port (8501)."""

import os
import socket
import sys
from pathlib import Path

ADDRESS = "127.0.0.1"
SCRIPT = Path(__file__).resolve().parent.parent / "streamlit_app.py"


def main() -> int:
    port = os.environ.get("PORT") or "8501"
    fault = _port_fault(port) or _folder_fault()
    if fault:
        print(*_spoken(fault, port=port, folder=os.environ.get("SMS_APP")), sep="\n", file=sys.stderr)
        return 1
    _serve(int(port))
    return 0


def _port_fault(port: str) -> str | None:
    """Why the port cannot be used, as a key of start.toml."""
    if not (port.isdecimal() and 0 < int(port) < 65536):
        return "bad_port"
    with socket.socket() as probe:
        if os.name == "posix":  # else a port that was closed a moment ago would count as busy
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, int(port)))
        except OSError:
            return "busy_port"
    return None


def _folder_fault() -> str | None:
    """Why the app folder cannot be used, as a key of start.toml. A folder that is not there is made."""
    from ui import workspace

    try:
        workspace.root()
    except OSError:
        return "bad_folder"
    return None


def _serve(port: int) -> None:
    """The sandbox and the designer, in this process until it is interrupted."""
    import streamlit as st

    from ui import workspace

    rows = {
        "designer": f"http://localhost:{port}",
        "sandbox": workspace.sandbox_url(),
        "folder": workspace.root(),
    }
    for name, place in rows.items():
        print(f"{' · '.join(_spoken(name))}: {place}", flush=True)
    st.App(SCRIPT).run(config={"server.port": port, "logger.hideWelcomeMessage": True})


def _spoken(key: str, **facts: object) -> list[str]:
    """In both languages: on the terminal nobody has said which one they read."""
    from ui.text import LANGUAGES, in_language

    return [in_language(f"start.{key}", language, **facts) for language in LANGUAGES]


if __name__ == "__main__":
    sys.exit(main())
