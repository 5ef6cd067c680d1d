"""The members of a zip file, as streams: the standard library reads the directory, members are read here.

Values that are stored as they are come from the file in one copy; others are decompressed as they are asked for.
"""

import io
import struct
import zipfile
import zlib

from understanding_rl_vision.errors import InputError, quoted
from understanding_rl_vision.rl_util.streams import Source, inflated

# Of the directory: more than 10,000 tensors.
LONGEST_DIRECTORY = 1 << 20
_LOCAL = struct.Struct("<4s22x2H")


class _Part(io.RawIOBase):
    """Bytes of a seekable file from `start` on, as a file."""

    def __init__(self, file, start, size):
        self._file, self._first, self._size, self._at = file, start, size, 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=io.SEEK_SET):
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def tell(self):
        return self._at

    def readinto(self, buffer):
        count = min(len(buffer), max(0, self._size - self._at))
        self._file.seek(self._first + self._at)
        count = self._file.readinto(memoryview(buffer)[:count])
        self._at += count
        return count


class _Bounded(_Part):
    """A whole file, of which a directory of any length is not read at once."""

    def read(self, size=-1):
        if size > LONGEST_DIRECTORY:
            raise InputError("The directory of the zip file has {:,} bytes; it is damaged.".format(size))
        return super().read(size)


class Archive:
    """A zip file: `names` of its members in their order.

    file: binary, seekable and buffered. Raises InputError where the directory is too long.
    """

    def __init__(self, file):
        self._file = file
        self._size = self._left = file.seek(0, io.SEEK_END)
        with zipfile.ZipFile(_Bounded(file, 0, self._size)) as directory:
            self._members = {member.filename: member for member in directory.infolist()}
        self.names = list(self._members)

    def __contains__(self, name):
        return name in self._members

    def _stream(self, name):
        if name not in self._members:
            raise InputError("The zip file has no member {}; it is damaged.".format(quoted(name)))
        member = self._members[name]
        if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InputError("Its member {} is encrypted or compressed in a rare way.".format(quoted(name)))
        self._file.seek(member.header_offset)
        magic, name_length, extra_length = _LOCAL.unpack(self._file.read(_LOCAL.size))
        start = member.header_offset + _LOCAL.size + name_length + extra_length
        # Members that lie over one another could be of any length together.
        self._left -= member.compress_size
        if magic != b"PK\3\4" or start + member.compress_size > self._size or self._left < 0:
            raise InputError("Its member {} is damaged or cut short.".format(quoted(name)))
        part = io.BufferedReader(_Part(self._file, start, member.compress_size), 1 << 16)
        return inflated(part) if member.compress_type == zipfile.ZIP_DEFLATED else part

    def size(self, name):
        """Bytes of a member, as the file says."""
        return self._members[name].file_size if name in self._members else 0

    def read(self, name, longest=None):
        """A member whole, as an array of bytes. Raises InputError where it is damaged, or longer than `longest`."""
        if longest is not None and self.size(name) > longest:
            raise InputError("Its member {} has {:,} bytes.".format(quoted(name), self.size(name)))
        data = Source(self._stream(name)).read_array(self.size(name))
        # PyTorch can be told not to compute it.
        if self._members[name].CRC not in (0, zlib.crc32(data)):
            raise InputError("Its member {} is damaged: its checksum is another.".format(quoted(name)))
        return data

    def open(self, name):
        """A member as a binary, seekable and buffered file."""
        stream = self._stream(name)
        return stream if stream.seekable() else io.BytesIO(self.read(name))
