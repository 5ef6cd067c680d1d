"""Protocol buffers read by a table of their fields, without making more than they are long.

The encoding is that of https://protobuf.dev/programming-guides/encoding. Numbers of whole arrays come as arrays, and
bytes as views of the file's.
"""

import struct

import numpy as np

from understanding_rl_vision.errors import InputError

MOST_FIELDS = 50_000
DEEPEST = 16
_REALS = {"float": "<f4", "double": "<f8"}
# Bytes of a field of fixed length, by its wire type.
_FIXED = {1: 8, 5: 4}


class Field:
    """How a field of a message is read.

    kind: "number" (a varint), "float", "double", "text", "bytes", or the fields of a message. Of many floats or doubles
        a value is an array of those that come together.
    """

    def __init__(self, name, kind, many=False):
        self.name, self.kind, self.many = name, kind, many


def many(name, kind):
    """A Field of which a message has any number."""
    return Field(name, kind, True)


class Reader:
    """Reads messages from bytes: an array of uint8."""

    def __init__(self, data):
        self._data = memoryview(data)
        self._fields = 0

    def message(self, fields, start=0, end=None, depth=0):
        """Name → value of the fields that are known (number → Field), of those that are many a list.

        Raises InputError where there are too many fields, or too deep in one another, or they are damaged.
        """
        end = len(self._data) if end is None else end
        if depth > DEEPEST:
            raise InputError("Its messages lie too deep in one another.")
        made, at = {field.name: [] for field in fields.values() if field.many}, start
        while at < end:
            key, at = self._number(at, end)
            wire, field = key & 7, fields.get(key >> 3)
            at, first, last = self._extent(wire, at, end)
            if field is None:
                continue
            value = self._value(field, wire, first, last, depth)
            if not field.many:
                made[field.name] = value
            elif isinstance(value, list):
                made[field.name] += value
            else:
                made[field.name].append(value)
        return made

    def _count(self, fields=1):
        self._fields += fields
        if self._fields > MOST_FIELDS:
            raise InputError("It has more than {:,} fields beside the values of tensors.".format(MOST_FIELDS))

    def _number(self, at, end):
        """A varint from a place on, and the place after it."""
        value = shift = 0
        while True:
            if at >= end or shift > 63:
                raise InputError("A number in it is damaged or cut short.")
            byte = self._data[at]
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                break
            shift += 7
        return value, at

    def _extent(self, wire, at, end):
        """Where the next field is, and where the content of this one begins and ends."""
        self._count()
        first = at
        if wire == 0:
            at = last = self._number(at, end)[1]
        elif wire == 2:
            length, first = self._number(at, end)
            at = last = first + length
        elif wire in _FIXED:
            at = last = at + _FIXED[wire]
        else:
            raise InputError("It is no protocol buffer: it has a field of the kind {}.".format(wire))
        if at > end:
            raise InputError("A field in it is cut short.")
        return at, first, last

    def _value(self, field, wire, first, last, depth):
        kind = field.kind
        if isinstance(kind, dict) and wire == 2:
            return self.message(kind, first, last, depth + 1)
        if kind == "text" and wire == 2:
            return bytes(self._data[first:last]).decode("utf-8")
        if kind == "bytes" and wire == 2:
            return self._data[first:last]
        if kind == "number" and wire == 0:
            return _signed(self._number(first, last)[0])
        if kind == "number" and wire == 2 and field.many:
            return self._numbers(first, last)
        if kind in _REALS and wire == (5 if kind == "float" else 1):
            return struct.unpack(_REALS[kind][0] + kind[0], self._data[first:last])[0]
        if kind in _REALS and wire == 2 and field.many:
            return [np.frombuffer(self._data[first:last], _REALS[kind])]
        raise InputError("The field {} in it is of another kind.".format(field.name))

    def _numbers(self, at, end):
        values = []
        while at < end:
            self._count()
            value, at = self._number(at, end)
            values.append(_signed(value))
        return values


def _signed(value):
    return value - (1 << 64) if value >> 63 else value
