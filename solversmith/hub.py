"""Published data sets from the Hugging Face hub: what is there, fetching it, and whether it is whole.

Every file is held against the hub's own checksum (SHA-256 of a large file, Git's SHA-1 of a small one) when
it has arrived. What arrived is written down with SHA-256 beside the files, so that they can be verified later
without a network. An interrupted download goes on where it was, within a file, too.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from solversmith.errors import BadData, MissingPrerequisite, UsageError

CHECKSUMS = ".checksums.json"
_BLOCK = 1 << 20
Tell = Callable[[str], None]


@dataclass(frozen=True)
class RemoteFile:
    """A file of a data set; `path` relative to it. `sha256` or `git_sha1` is what its content must have."""

    path: str
    size: int
    sha256: str | None
    git_sha1: str | None


@dataclass(frozen=True)
class Listing:
    """The files of a folder of a data set at one revision."""

    repository: str
    revision: str
    folder: str
    files: tuple[RemoteFile, ...]

    @property
    def nbytes(self) -> int:
        """All together."""
        return sum(file.size for file in self.files)


def listing(repository: str, folder: str, endpoint: str | None = None) -> Listing:
    """What the hub has in a folder of a data set, as of now.

    Raises `MissingPrerequisite` without the client (the extra `data`) or a network, or if the hub says no.
    """
    hub = _client()
    # The data sets are public: no token of the user's is ever sent.
    api = hub.HfApi(endpoint=endpoint, token=False)
    with_words = _Explained(repository, endpoint)
    with with_words:
        revision = str(api.dataset_info(repository, timeout=30).sha)
        found = api.list_repo_tree(repository, folder, recursive=True, revision=revision, repo_type="dataset")
        files = tuple(_remote(entry) for entry in found if getattr(entry, "size", None) is not None)
    if not files:
        raise BadData(f"the data set {repository} has no file in {folder}")
    return Listing(repository, revision, folder, tuple(sorted(files, key=lambda file: file.path)))


def fetch(found: Listing, destination: Path, tell: Tell, endpoint: str | None = None) -> int:
    """Download what is not there yet below `destination`, file by file, and verify it. How many were fetched.

    Raises
    ------
    BadData
        A file arrived with another content than the hub states; it is removed.
    MissingPrerequisite
        The hub can't be reached, or the folder can't be written. What has arrived stays, and is not fetched
        again.
    """
    hub = _client()
    hub.utils.disable_progress_bars()
    missing = [file for file in found.files if not _is_there(destination / file.path, file)]
    if kept := len(found.files) - len(missing):
        tell(f"{kept} of {len(found.files)} files are there already")
    for number, file in enumerate(missing, 1):
        tell(f"{number}/{len(missing)} {file.path} ({size_text(file.size)})")
        _download(hub, found, file, destination / file.path, endpoint)
    _write_checksums(found, destination)
    return len(missing)


def _download(hub: Any, found: Listing, file: RemoteFile, target: Path, endpoint: str | None) -> None:
    """One file, on from what there is of it. The client's own way begins each file anew."""
    from huggingface_hub.file_download import http_get

    part = target.with_name(f".{target.name}.part")
    url = hub.hf_hub_url(
        found.repository, file.path, repo_type="dataset", revision=found.revision, endpoint=endpoint
    )
    with _Explained(found.repository, endpoint):
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("ab") as out:
            headers = hub.utils.build_hf_headers(token=False)
            http_get(url, out, resume_size=out.tell(), headers=headers, expected_size=file.size)
    if not _is_there(part, file):
        part.unlink()
        raise BadData(
            "arrived with another content than the hub states; the same command fetches it again", file.path
        )
    part.replace(target)


def damaged(folder: Path) -> list[str]:
    """What is wrong with the files of a folder that was fetched: one sentence each, empty if all are whole.

    Raises `BadData` if nothing is written down of it.
    """
    about = folder / CHECKSUMS
    try:
        stated: Mapping[str, Any] = json.loads(about.read_text(encoding="utf-8"))["files"]
        expected = {str(name): (int(one["size"]), str(one["sha256"])) for name, one in stated.items()}
    except FileNotFoundError:
        raise BadData("no checksums: it was not fetched by `solversmith data get`", folder) from None
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadData(f"no checksums can be read ({error})", about) from None
    return [f"{name}: {wrong}" for name, one in expected.items() if (wrong := _wrong(folder / name, *one))]


def size_text(nbytes: int) -> str:
    """A number of bytes for people."""
    for unit in ("bytes", "kB", "MB"):
        if nbytes < 1000:
            return f"{nbytes:.3g} {unit}"
        nbytes = round(nbytes / 1000) if unit == "bytes" else nbytes // 1000
    return f"{nbytes:,} GB"


def _client() -> Any:
    try:
        import huggingface_hub
    except ImportError:
        raise MissingPrerequisite(
            "the client of the hub is not installed: pip install 'solversmith[data]', or get the data set by "
            "other means and give its folder as --data"
        ) from None
    return huggingface_hub


class _Explained:
    """Turns whatever the hub's client raises, which differs between its versions, into one sentence."""

    def __init__(self, repository: str, endpoint: str | None) -> None:
        self.where = endpoint or os.environ.get("HF_ENDPOINT") or "the Hugging Face hub"
        self.repository = repository

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None or not isinstance(error, Exception) or isinstance(error, MissingPrerequisite):
            return
        status = getattr(getattr(error, "response", None), "status_code", None)
        if status in (401, 403, 404):
            raise MissingPrerequisite(
                f"{self.where} has no data set {self.repository} for everybody (status {status})"
            )
        said = " ".join(str(error).split())[:200]
        raise MissingPrerequisite(
            f"{self.where} can't be reached or broke off ({type(error).__name__}: {said}); what has arrived "
            "is kept, and the same command goes on. Without a network, give a folder that you have as --data "
            "or use the built-in cases"
        ) from error


def _remote(entry: Any) -> RemoteFile:
    large = getattr(entry, "lfs", None)
    sha256 = None if large is None else str(large.sha256)
    path = str(entry.path)
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        raise UsageError(f"the data set names a file outside of its folder: {path!r}")
    return RemoteFile(path, int(entry.size), sha256, None if sha256 else str(entry.blob_id))


def _is_there(path: Path, file: RemoteFile) -> bool:
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    if file.sha256 is not None:
        return _hash(path, hashlib.sha256()) == file.sha256
    blob = hashlib.sha1(f"blob {file.size}\0".encode(), usedforsecurity=False)
    return _hash(path, blob) == file.git_sha1


def _wrong(path: Path, size: int, sha256: str) -> str:
    if not path.is_file():
        return "is missing"
    if path.stat().st_size != size:
        return f"has {path.stat().st_size} bytes, {size} expected"
    return "" if _hash(path, hashlib.sha256()) == sha256 else "has another content"


def _write_checksums(found: Listing, destination: Path) -> None:
    folder = destination / found.folder
    names = {file.path.removeprefix(found.folder + "/"): file for file in found.files}
    files = {
        name: {"size": file.size, "sha256": file.sha256 or _hash(folder / name, hashlib.sha256())}
        for name, file in names.items()
    }
    body = {**{key: value for key, value in asdict(found).items() if key != "files"}, "files": files}
    beside = folder / f"{CHECKSUMS}.{os.getpid()}"
    beside.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    beside.replace(folder / CHECKSUMS)


def _hash(path: Path, digest: Any) -> str:
    for block in _blocks(path):
        digest.update(block)
    return str(digest.hexdigest())


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
