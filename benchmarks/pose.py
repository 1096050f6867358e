"""How near the pose engine's joints are to OpenPose's on studio photos: ``python -m benchmarks.pose``.

PCK@t: the share of OpenPose's joints (inside the photo, hips left out, since the two mark them differently) that the
engine finds within t of the neck-to-hip length; a joint that it does not find counts as missed.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from benchmarks._data import viton_hd_people, viton_hd_pose
from vton_core.engines.registry import load_pose, names
from vton_core.types import Joint

_HIPS = (Joint.MID_HIP, Joint.RIGHT_HIP, Joint.LEFT_HIP)


def main() -> None:
    """Print one line a photo and the totals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--engine", choices=names("pose"))
    args = parser.parse_args()
    engine = load_pose(args.engine)
    people = list(viton_hd_people(args.data))
    engine.estimate(people[0][1])
    distances: list[np.ndarray] = []
    print(f"{'photo':12} {'joints':>6} {'PCK@0.1':>8} {'PCK@0.2':>8} {'seconds':>8}")
    for name, image, _ in people:
        started = time.perf_counter()
        guess = engine.estimate(image).keypoints
        seconds = time.perf_counter() - started
        truth = viton_hd_pose(args.data, name).keypoints
        judged = truth[:, 2] > 0
        judged[list(_HIPS)] = False
        unit = np.linalg.norm(truth[Joint.NECK, :2] - truth[Joint.MID_HIP, :2])
        distance = np.linalg.norm(guess[:, :2] - truth[:, :2], axis=1) / unit
        distance = np.where(guess[:, 2] > 0, distance, np.inf)[judged]
        distances.append(distance)
        print(
            f"{name:12} {judged.sum():6} {(distance < 0.1).mean():8.3f} {(distance < 0.2).mean():8.3f} {seconds:8.3f}"
        )
    joined = np.concatenate(distances)
    print(f"{'all':12} {len(joined):6} {(joined < 0.1).mean():8.3f} {(joined < 0.2).mean():8.3f}")


if __name__ == "__main__":
    main()
