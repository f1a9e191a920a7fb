"""Where results go: a folder of any storage that fsspec knows, such as s3://models/fraud with the package s3fs."""

from __future__ import annotations

import os

import fsspec


class Storage:
    """A folder of a storage."""

    def __init__(self, uri: str) -> None:
        self.files, self.path = fsspec.core.url_to_fs(uri)

    def upload(self, folder: str) -> None:
        """Copies each file of a local folder."""
        for name in sorted(os.listdir(folder)):
            self.files.put_file(os.path.join(folder, name), f"{self.path}/{name}")
