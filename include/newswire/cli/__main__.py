"""``python -m newswire.cli``."""

import sys

try:
    from newswire.cli import main

    code = main()
except KeyboardInterrupt:  # before there was a command to stop
    code = 130
sys.exit(code)
