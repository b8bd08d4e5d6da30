"""Where real input lies that a checkout may lack: ``NEWSWIRE_SAMPLES``, else beside the checkout."""

import os
from pathlib import Path

SAMPLES = Path(os.environ.get("NEWSWIRE_SAMPLES", Path(__file__).resolve().parents[2] / "shared" / "samples"))
