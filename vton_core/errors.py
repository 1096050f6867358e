"""What can go wrong, as one tree. Every message is a sentence that says what is wrong and what to do next.

VtonError
├── InputError            what the user gave cannot be used
│   ├── ImageError        not a readable picture, or outside the limits
│   ├── WorkspaceError    the folder contract is not met (missing, malformed, outside the workspace)
│   ├── ProjectError      a project file cannot be read, or not be made
│   ├── PlacementError    the three placement coordinates cannot be used
│   ├── NoPersonError     no person was found in the photo
│   └── NoGarmentError    no garment was found in the picture
├── EngineError           an engine cannot do the work
│   ├── UnknownEngineError
│   └── MissingWeightsError
├── StorageError          the disk is full, or the folder may not be written
└── JobError              a background job did not end well
    ├── JobCancelledError
    ├── JobTimeoutError
    └── WorkerCrashedError
"""

from __future__ import annotations

__all__ = [
    "EngineError",
    "ImageError",
    "InputError",
    "JobCancelledError",
    "JobError",
    "JobTimeoutError",
    "MissingWeightsError",
    "NoGarmentError",
    "NoPersonError",
    "PlacementError",
    "ProjectError",
    "StorageError",
    "UnknownEngineError",
    "VtonError",
    "WorkerCrashedError",
    "WorkspaceError",
]


class VtonError(Exception):
    """Root of every error that this package raises on purpose; its text can be shown to the user as it stands.

    Args:
        template: the sentence, a literal with ``{name}`` fields: the key under which the page finds a translation.
        values: what stands in the fields.
    """

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template.format_map(values) if values else template)
        self.template = template
        self.values = {name: str(value) for name, value in values.items()}


class InputError(VtonError):
    """What the user gave cannot be used."""


class ImageError(InputError):
    """A picture that cannot be read, or lies outside the limits."""


class WorkspaceError(InputError):
    """A workspace that does not meet the folder contract."""


class ProjectError(InputError):
    """A project file that cannot be read, or not be made."""


class PlacementError(InputError):
    """Placement coordinates that cannot be used."""


class NoPersonError(InputError):
    """No person was found in the model photo."""


class NoGarmentError(InputError):
    """No garment was found in the garment photo."""


class EngineError(VtonError):
    """An engine cannot do the work."""


class UnknownEngineError(EngineError):
    """A name that no engine of that step has."""


class MissingWeightsError(EngineError):
    """A weight file that the engine needs is not there."""


class StorageError(VtonError):
    """The disk is full, or the folder may not be written."""


class JobError(VtonError):
    """A background job did not end well."""


class JobCancelledError(JobError):
    """The job was cancelled by its user."""


class JobTimeoutError(JobError):
    """The job took longer than it may."""


class WorkerCrashedError(JobError):
    """The background process died while it worked."""
