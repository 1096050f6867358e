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

from components.served import Served
from components.server import launch
from components.studio import Studio
from vton_core.errors import EngineError
from vton_core.progress import Settings
from vton_core.workers import Supervisor, VisitorStore
from vton_core.workers.routes import named_pythons

__all__ = ["main"]


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="app.py", description="The VirtualTryOn page, on this computer alone.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (default: %(default)s)")
    parser.add_argument(
        "--workspaces",
        type=Path,
        default=Path(__file__).parent / "workspaces",
        help="folder of the visitors' pictures (default: %(default)s)",
    )
    parser.add_argument("--browser", action="store_true", help="open the page in the browser")
    return parser.parse_args(argv)


def _free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until it is interrupted; the exit status of the process."""
    options = _arguments(argv)
    if not _free(options.host, options.port):
        print(
            f"Cannot listen on {options.host}:{options.port}: the port is taken or the address is not this computer's. "
            "Choose another with --port.",
            file=sys.stderr,
        )
        return 2
    signal.signal(signal.SIGTERM, _stop)
    with tempfile.TemporaryDirectory(prefix="vton-page-") as folder:
        os.environ["GRADIO_TEMP_DIR"] = os.environ["GRADIO_EXAMPLES_CACHE"] = folder
        try:
            supervisor = Supervisor(pythons=named_pythons(os.environ))
        except EngineError as error:
            print(error, file=sys.stderr)
            return 2
        try:
            studio = Studio(VisitorStore(options.workspaces), supervisor, Served(Path(folder)), Settings())
            blocks = launch(studio, options.host, options.port)
            print(f"VirtualTryOn is at http://{options.host}:{options.port} (Ctrl+C ends it)", flush=True)
            if options.browser:
                webbrowser.open(f"http://{options.host}:{options.port}")
            blocks.block_thread()
        except KeyboardInterrupt:
            return 0
        finally:
            supervisor.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
