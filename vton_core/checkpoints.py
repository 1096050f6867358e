"""Published checkpoints: read without running anything that is in them, and loaded strictly."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from vton_core.errors import EngineError
from vton_core.weights import load_tensors, path_of

if TYPE_CHECKING:
    import torch

__all__ = ["check_fit", "load_shipped", "load_strictly", "read_checkpoint", "unfilled"]

_Module = TypeVar("_Module", bound="torch.nn.Module")

_WRAPPERS: Final = ("model", "state_dict")
_PARALLEL: Final = "module."
_SHOWN: Final = 6


def read_checkpoint(file: Path) -> dict[str, torch.Tensor]:
    """The tensors of a checkpoint, by name, on the CPU and in the types that it stores.

    Args:
        file: a ``.safetensors`` file, or whatever :func:`torch.save` wrote. A state dict that lies under ``model`` or
            ``state_dict`` is taken out from there, and the ``module.`` before every name, which data-parallel training
            leaves, is dropped.

    Returns:
        Tensors of any shape and type; entries that are no tensors are left out.

    Raises:
        EngineError: the file is damaged, holds objects other than tensors and plain values (nothing of it was run), or
            holds no tensor.
    """
    try:
        tensors = _safetensors(file) if file.suffix == ".safetensors" else _pickled(file)
    except Exception:  # there is nothing that reading a damaged pickle may not raise
        tensors = {}
    if not tensors:
        raise EngineError(
            "{file} cannot be read as a checkpoint: it is damaged, or not the file that was published. Get it again.",
            file=file,
        )
    if all(name.startswith(_PARALLEL) for name in tensors):
        tensors = {name.removeprefix(_PARALLEL): tensor for name, tensor in tensors.items()}
    return tensors


def unfilled(make: Callable[[], _Module]) -> _Module:
    """A network in evaluation mode whose tensors hold nothing yet: none is drawn at random that a checkpoint replaces.

    Args:
        make: makes it.
    """
    import torch

    with torch.device("meta"):
        net = make()
    return net.to_empty(device="cpu").eval().requires_grad_(False)


def load_shipped(make: Callable[[], _Module], name: str) -> _Module:
    """A network trained here, in evaluation mode, with its weights.

    Args:
        make: makes it.
        name: its safetensors file's in the manifest; it may lack what only training counts.

    Raises:
        MissingWeightsError: the file is not there.
        EngineError: it is damaged, or not that of this network.
    """
    network = unfilled(make)
    load_strictly(network, load_tensors(name), path_of(name), unused=("*.num_batches_tracked",))
    return network


def load_strictly(
    module: torch.nn.Module, tensors: Mapping[str, torch.Tensor], file: Path, unused: Sequence[str] = ()
) -> None:
    """Load tensors into a module that must have exactly these.

    Args:
        module: what they are for; its tensors keep their own types.
        tensors: by the module's names; shapes must be equal.
        file: where they come from, for the message.
        unused: patterns (``*.num_batches_tracked``) of names that may stand in the file and are not used, and that may
            stand in the module and keep what they have.

    Raises:
        EngineError: see :func:`check_fit`. Nothing was loaded.
    """
    module.load_state_dict(check_fit(module, tensors, file, unused), strict=not unused)


def check_fit(
    module: torch.nn.Module, tensors: Mapping[str, torch.Tensor], file: Path, unused: Sequence[str] = ()
) -> dict[str, torch.Tensor]:
    """See that tensors are exactly those of a module, which may be on the device ``meta``; see :func:`load_strictly`.

    Returns:
        The tensors that are used.

    Raises:
        EngineError: tensors are missing, not known, or of another shape; the message lists them.
    """

    def counts(name: str) -> bool:
        return not any(fnmatchcase(name, pattern) for pattern in unused)

    wanted = {name: tensor for name, tensor in module.state_dict().items() if name in tensors or counts(name)}
    given = {name: tensor for name, tensor in tensors.items() if name in wanted or counts(name)}
    problems = list(_problems(wanted, given))
    if problems:
        raise EngineError(
            "{file} does not fit the network that it is for ({problems}). "
            "Check that it is the file that was published under this name.",
            file=file,
            problems="; ".join(problems),
        )
    return given


def _problems(wanted: Mapping[str, torch.Tensor], given: Mapping[str, torch.Tensor]) -> Iterator[str]:
    both = [name for name in wanted if name in given]
    shapes = [
        f"{name} is {_shape(given[name])} instead of {_shape(wanted[name])}"
        for name in both
        if given[name].shape != wanted[name].shape
    ]
    for what, names in (
        ("missing", [name for name in wanted if name not in given]),
        ("not known", [name for name in given if name not in wanted]),
        ("of another shape", shapes),
    ):
        if names:
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            yield f"{what}: {', '.join(names[:_SHOWN])}{more}"


def _shape(tensor: torch.Tensor) -> str:
    return "×".join(map(str, tensor.shape)) or "a single number"


def _safetensors(file: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return dict(load_file(file))


def _pickled(file: Path) -> dict[str, torch.Tensor]:
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old torch formats: whether all of it was read is checked by name and shape
        found = torch.load(file, map_location="cpu", weights_only=True)
    for wrapper in _WRAPPERS:
        if isinstance(found, Mapping) and isinstance(found.get(wrapper), Mapping):
            found = found[wrapper]
            break
    if not isinstance(found, Mapping):
        return {}
    return {str(name): tensor for name, tensor in found.items() if isinstance(tensor, torch.Tensor)}
