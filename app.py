"""Launch the page: settings, supervisor and page wired together. ``python app.py --help`` says the rest."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import tempfile
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from components.served import Served
from components.server import launch
from components.studio import Studio
from vton_core.errors import VtonError
from vton_core.progress import Settings
from vton_core.workers import Supervisor, VisitorStore
from vton_core.workers.routes import named_pythons

__all__ = ["main"]

_LAST_PORT: Final = 65535


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="app.py", description="The VirtualTryOn page.")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: %(default)s, this computer alone)"
    )
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (default: %(default)s)")
    parser.add_argument(
        "--workspaces",
        type=Path,
        default=Path(__file__).parent / "workspaces",
        help="folder of the visitors' pictures (default: %(default)s)",
    )
    parser.add_argument("--browser", action="store_true", help="open the page in the browser")
    return parser.parse_args(argv)


def _refusal(host: str, port: int) -> str:
    """Why the page cannot listen there, in a sentence; empty where it can."""
    if not 0 < port <= _LAST_PORT:
        return f"There is no port {port}. Choose one from 1 to {_LAST_PORT} with --port."
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, UnicodeError) as error:
            return _taken(host, port, error)
    return ""


def _taken(host: str, port: int, error: Exception) -> str:
    reason = getattr(error, "strerror", None) or error
    return (
        f"Cannot listen on {host}:{port} ({reason}). Choose another --port, or an address of this computer as --host."
    )


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _serve(options: argparse.Namespace, store: VisitorStore, folder: Path) -> int:
    """Serve the page until it is interrupted; the browser may fetch what lies in ``folder``. The exit status."""
    supervisor = Supervisor(pythons=named_pythons(os.environ))
    try:
        studio = Studio(store, supervisor, Served(folder), Settings())
        try:
            blocks = launch(studio, options.host, options.port)
        except OSError as error:  # somebody was quicker
            return _failed(_taken(options.host, options.port, error))
        print(f"VirtualTryOn is at http://{options.host}:{options.port} (Ctrl+C ends it)", flush=True)
        if options.browser:
            webbrowser.open(f"http://{options.host}:{options.port}")
        blocks.block_thread()
    except KeyboardInterrupt:
        return 0
    finally:
        supervisor.close()
    return 0


def _failed(sentence: object) -> int:
    print(sentence, file=sys.stderr)
    return 2


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until it is interrupted; the exit status of the process."""
    options = _arguments(argv)
    if refusal := _refusal(options.host, options.port):
        return _failed(refusal)
    signal.signal(signal.SIGTERM, _stop)
    try:
        store = VisitorStore(options.workspaces)
        with tempfile.TemporaryDirectory(prefix="vton-page-") as folder:
            os.environ["GRADIO_TEMP_DIR"] = os.environ["GRADIO_EXAMPLES_CACHE"] = folder
            return _serve(options, store, Path(folder))
    except VtonError as error:
        return _failed(error)


if __name__ == "__main__":
    sys.exit(main())
