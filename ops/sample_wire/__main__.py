"""``python -m sample_wire --port P --state DIR``: serve until stopped."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sample_wire.server import WireServer


def main() -> int:
    """Serve the sample wire; 0 when stopped by Ctrl-C, 1 when it cannot start."""
    parser = argparse.ArgumentParser(
        prog="python -m sample_wire",
        description="Serve the sample partners' feeds on the loopback address.",
        epilog="Example: PYTHONPATH=ops python -m sample_wire --port 8099 --state .newswire/sample_wire",
    )
    parser.add_argument("--port", type=int, required=True, help="where to listen; 0 takes a free port")
    parser.add_argument("--state", type=Path, required=True, help="folder that keeps how far the feeds have moved on")
    arguments = parser.parse_args()
    try:
        server = WireServer(port=arguments.port, state=arguments.state)
    except (OSError, ValueError, KeyError) as error:
        print(f"The sample wire cannot start on port {arguments.port} with {arguments.state}: {error}", file=sys.stderr)
        return 1
    print(f"sample wire: {server.root}", flush=True)
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
