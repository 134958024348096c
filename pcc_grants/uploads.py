"""Files on their way in: streamed to disk, never more of one than we take, and never a page that breaks."""

from contextlib import suppress
from io import BytesIO

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

SLACK = 1024 * 1024


class BoundedUploadHandler(FileUploadHandler):
    """Writes each file to the temporary folder. What comes after the most we take is counted and let go.

    So a file of 25MB gets its sentence, and one of 25GB fills no disk. When the disk refuses, the file
    arrives with `has_failed`, for whoever takes it to say.
    """

    file = None

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.most = settings.MOST_UPLOAD_MB * 1024 * 1024 + SLACK
        try:
            self.file = TemporaryUploadedFile(
                "upload", self.content_type, 0, self.charset, self.content_type_extra
            )
        except OSError:
            self.file = None

    def receive_data_chunk(self, raw_data, start):
        if self.file is not None and start < self.most:
            try:
                self.file.write(raw_data)
            except OSError:
                self._let_go()

    def file_complete(self, file_size):
        if self.file is not None:
            try:
                self.file.seek(0)
            except OSError:  # what was not yet written cannot be
                self._let_go()
        if self.file is None:
            failed = InMemoryUploadedFile(
                BytesIO(), self.field_name, self.file_name, self.content_type, file_size, self.charset
            )
            failed.has_failed = True
            return failed
        self.file.name = self.file_name
        self.file.size = file_size
        return self.file

    def upload_interrupted(self):
        if self.file is not None:
            self._let_go()

    def _let_go(self):
        with suppress(OSError):
            self.file.close()
        self.file = None
