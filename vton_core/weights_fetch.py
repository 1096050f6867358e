"""Getting weight files that were published as they are."""

from __future__ import annotations

import os

from vton_core.downloads import Report, Wanted, download
from vton_core.errors import EngineError, StorageError
from vton_core.storage import make_folder
from vton_core.weights import VARIABLE, WeightFile, user_folder, verify
from vton_core.weights_records import Record, read_record, write_record

__all__ = ["fetch"]


def fetch(weights: WeightFile, report: Report) -> bool:
    """Get a weight file, unless it is there and whole.

    It is checked against the SHA-256 of the manifest; where that says none, against the one that was recorded when the
    file was first seen here; where there is none yet, against the MD5 of the manifest, if any, and recorded.

    Args:
        weights: which.
        report: told of the bytes that are there, and of those that there will be where that is known.

    Returns:
        It had to be fetched.

    Raises:
        EngineError: it is not published as it is, or no address gives it.
        StorageError: the disk is full, or the folder may not be written.
    """
    if weights.path.is_file() and verify(weights):
        return False
    if weights.shipped or not weights.urls:
        raise EngineError(
            "{file} is not published in this form (from {source}, licence {licence}). Get it with: {command}",
            file=weights.file,
            source=weights.source,
            licence=weights.licence,
            command=weights.command,
        )
    folder = user_folder()
    make_folder(folder)
    if not os.access(folder, os.W_OK):
        raise StorageError(
            "{folder} may not be written. Name another folder for weights with the environment variable {variable}, or "
            "allow writing to it.",
            folder=folder,
            variable=VARIABLE,
        )
    known = read_record(folder, weights.name)
    sha256 = weights.sha256 or (known.sha256 if known else None)
    wanted = Wanted(weights.urls, folder / weights.file, weights.size, sha256, weights.md5)
    origin = download(wanted, report)
    write_record(folder, weights.name, Record.of(wanted.target, origin))
    return True
