"""Files that people send: how they are announced, fetched and served."""

import mimetypes
import uuid
from dataclasses import dataclass

from .calls import Call
from .errors import bad_request
from .messages import Json

__all__ = ["DOWNLOAD", "METHODS", "PHOTO", "UPLOAD", "StoredFile", "get_file", "media"]

DOWNLOAD = 20 * 1024 * 1024  # bytes, https://core.telegram.org/bots/api#getfile
UPLOAD = 50 * 1024 * 1024
PHOTO = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on the server; `size` is what the server claims of it."""

    id: str
    name: str
    content: bytes
    mime_type: str
    size: int

    @classmethod
    def new(
        cls, name: str, content: bytes, mime_type: str | None = None, size: int | None = None
    ) -> "StoredFile":
        """A file under a fresh id."""
        guessed = mime_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        file_id = f"BQACAgI{uuid.uuid4().hex}"
        return cls(file_id, name, content, guessed, len(content) if size is None else size)

    @property
    def path(self) -> str:
        """The path under which the content is served."""
        return f"documents/file_{self.id[-12:]}"

    def as_document(self) -> Json:
        """The Bot API's Document object."""
        return {
            "file_id": self.id,
            "file_unique_id": f"AgAD{self.id[-12:]}",
            "file_name": self.name,
            "mime_type": self.mime_type,
            "file_size": self.size,
        }


def get_file(call: Call) -> Json:
    """Prepare a download, up to 20 MB."""
    file_id = call.params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = call.state.files.get(file_id)
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if stored.size > DOWNLOAD:
        raise bad_request("file is too big")
    document = stored.as_document()
    return {
        "file_id": document["file_id"],
        "file_unique_id": document["file_unique_id"],
        "file_size": stored.size,
        "file_path": stored.path,
    }


def media(kind: str) -> Json:
    """The fields of a message that carries a medium of this kind instead of text."""
    file = {"file_id": f"{kind}-{uuid.uuid4().hex}", "file_unique_id": f"{kind}-unique"}
    picture = {"width": 320, "height": 240, **file}
    clip = {"duration": 3, **file}
    known: dict[str, object] = {
        "photo": [picture],
        "voice": clip,
        "audio": clip,
        "video": {**picture, **clip},
        "animation": {**picture, **clip},
        "sticker": {**picture, "type": "regular", "is_animated": False, "is_video": False},
        "location": {"latitude": 48.2, "longitude": 16.4},
    }
    return {kind: known[kind]}


METHODS = {"getFile": get_file}
