"""The bytes of files: decompressed as they are asked for, and never more room made than bytes have come."""

import bz2
import io
import lzma
import os
import zlib

import numpy as np

from understanding_rl_vision import large_arrays
from understanding_rl_vision.errors import InputError, MissingPackageError
from understanding_rl_vision.memory import available_memory

CHUNK = 1 << 20
# Bytes of memory that small files need not ask for.
UNASKED = 16 << 20
# What LZMA's dictionary may take: its largest preset needs a quarter of that, and the file asks for any amount.
LZMA_MEMORY = 256 << 20


class _Zlib:
    """zlib's decompressor with the methods of bz2's and lzma's. wbits: 15 of zlib's format, 31 of gzip's."""

    def __init__(self, wbits):
        self._stream = zlib.decompressobj(wbits)
        self.needs_input = True

    @property
    def eof(self):
        return self._stream.eof

    def decompress(self, data, max_length):
        out = self._stream.decompress(self._stream.unconsumed_tail + data, max_length)
        # Where all the room was taken there may be more, though all input was.
        self.needs_input = len(out) < max_length
        return out


def _lz4():
    try:
        import lz4.frame
    except ImportError:
        raise MissingPackageError("It is compressed with lz4; `pip install lz4` to read it.") from None
    return lz4.frame.LZ4FrameDecompressor()


def _lzma():
    return lzma.LZMADecompressor(memlimit=LZMA_MEMORY)


_DECOMPRESSORS = (
    (b"\x1f\x8b", lambda: _Zlib(31)),
    (b"\x78", lambda: _Zlib(15)),
    (b"BZh", bz2.BZ2Decompressor),
    (b"\xfd7zXZ", _lzma),
    (b"\x5d\x00", _lzma),
    (b"\x04\x22\x4d\x18", _lz4),
)


class _Decompressed(io.RawIOBase):
    """One compressed stream, read in parts. What follows its end is not looked at."""

    def __init__(self, file, decompressor):
        self._file = file
        self._decompressor = decompressor
        self._made = 0

    def tell(self):
        return self._made

    def readable(self):
        return True

    def readinto(self, buffer):
        data = b""
        while not data and not self._decompressor.eof:
            compressed = self._file.read(1 << 16) if self._decompressor.needs_input else b""
            if not compressed and self._decompressor.needs_input:
                raise EOFError("the compressed data are cut short")
            data = self._decompressor.decompress(compressed, min(len(buffer), CHUNK))
        buffer[: len(data)] = data
        self._made += len(data)
        return len(data)


def decompressed(file):
    """A file that begins as a compressed one does, decompressed as it is read; any other as it is.

    file: binary, seekable and buffered.
    """
    start = file.read(8)
    file.seek(-len(start), os.SEEK_CUR)
    make = next((make for magic, make in _DECOMPRESSORS if start.startswith(magic)), None)
    return io.BufferedReader(_Decompressed(file, make()), 1 << 16) if make else file


def inflated(file):
    """Raw deflated data, as zip files hold them, decompressed as they are read."""
    return io.BufferedReader(_Decompressed(file, _Zlib(-15)), 1 << 16)


class Source:
    """The bytes of a file in their order.

    file: binary and buffered; on_disk: whether large arrays are to be in temporary files.
    Methods raise EOFError where fewer bytes are left than are asked for, and InputError where they need more memory
    than there is, or room on the disk.
    """

    def __init__(self, file, on_disk=False):
        self._file = file
        self._start = file.tell()
        self._end = _end_of(file)
        self._read = file.read
        self.read = self._reader(file.read)
        # One byte, or none at the end.
        self.read_byte = file.read
        self.readline = file.readline
        self._on_disk, self._in_files = on_disk, 0
        self._room = self._unasked = UNASKED

    @property
    def taken(self):
        """How many bytes were read."""
        return self._file.tell() - self._start

    def _reader(self, read_file):
        """The function of a size that returns so many bytes. It is called for every opcode, so it looks nothing up."""

        def read(size):
            if size > CHUNK:
                return self._read_long(size)
            data = read_file(size)
            if len(data) != size:
                raise EOFError("it ends too early")
            return data

        return read

    def _read_long(self, size):
        if self._end is None:
            return self._grown(size, io.BytesIO()).getvalue()
        self.check_room(size)
        data = self._read(size)
        if len(data) != size:
            raise EOFError("it ends too early")
        return data

    def read_array(self, size):
        """So many bytes as an array of bytes that can be written to."""
        in_file = self._on_disk and size >= large_arrays.LARGE
        if self._end is None:
            if in_file:
                self._in_files += size
                return large_arrays.of_parts(self._parts(size))
            return np.frombuffer(self._grown(size, _Growing()), np.uint8)
        if in_file:
            self._check_there(size)
            data = large_arrays.empty(size, np.uint8)
            self._in_files += size
        else:
            if size > CHUNK:
                self.check_room(size)
            data = np.empty(size, np.uint8)
        view, done = memoryview(data), 0
        while done < size:
            count = self._file.readinto(view[done:])
            if not count:
                raise EOFError("an array is cut short")
            done += count
        return data

    def check_room(self, size=0):
        """Raise EOFError or InputError where so many bytes more cannot be read, as far as that is known."""
        self._check_there(size)
        taken = self.taken - self._in_files
        if taken + size > self._room == self._unasked:
            self._room = max(self._unasked, available_memory())
        if taken + size > self._room:
            raise InputError(
                "It needs more memory than the {:.1f} GB that are left; close other programs, or read it on a machine "
                "with more.".format(self._room / 1e9)
            )

    def _check_there(self, size):
        if self._end is not None and size > self._end - self._start - self.taken:
            raise EOFError("it ends too early")

    def _grown(self, size, buffer):
        """The buffer with so many bytes, made larger as they come: a stream may say that it is of any length."""
        for part in self._parts(size):
            self.check_room()
            buffer.write(part)
        return buffer

    def _parts(self, size):
        """So many bytes, as they come."""
        while size:
            part = self._read(min(size, CHUNK))
            if not part:
                raise EOFError("it ends too early")
            size -= len(part)
            yield part


class _Growing(bytearray):
    write = bytearray.extend


def _end_of(file):
    """Where a file ends, or None where only reading it tells."""
    here = file.tell()
    try:
        end = file.seek(0, os.SEEK_END)
    except (ValueError, OSError):
        return None
    file.seek(here)
    return end
