"""The page: one panel a file. Nothing here works on pictures but to show them small or save them in another format: the
steps run elsewhere."""

from __future__ import annotations

import os

# Read by Gradio when it is imported: no analytics, no look for a newer version, no word to any hub.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"
