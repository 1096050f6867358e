"""The page. Nothing here works on pictures but to show them small or save them in another format: the steps run
elsewhere.

- What a panel shows: ``inputs``, ``engines``, ``stages``, ``correct``, ``wearing``, ``placement``, ``result``,
  ``history``; with ``stage_views`` and ``previews`` for its pictures, ``theme`` and ``i18n`` for its looks and words.
- What a visitor can do: ``studio`` gathers it; ``choosing``, ``cutting``, ``fitting``, ``correcting``, ``placing``,
  ``pictures``, ``exports`` and ``project`` with its ``contents`` do it, ``jobs`` follows the background's work.
- What a visit is: ``visit`` in its ``folder``, made of ``records``, an ``arrangement`` and ``correction``; ``visits``
  finds it, ``state`` and ``notes`` remember it. ``scene``, ``sent``, ``occluders`` and ``grounds`` know where its
  figures stand, ``fits`` and ``edits`` the workspaces of its fits, ``uploads`` its pictures.
- How it is reached: ``server``, ``guard``, ``opening``, ``served``; ``page`` with its ``wishes``, and the ``api`` with
  its ``answers``.
"""

from __future__ import annotations

import os

# Read by Gradio when it is imported: no analytics, no look for a newer version, no word to any hub.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"
