"""msgpack as flax writes it: https://github.com/msgpack/msgpack/blob/master/spec.md, with arrays as its extensions."""

import struct

from understanding_rl_vision.agent_files import values
from understanding_rl_vision.errors import InputError

# Of settings and names; arrays are one each.
MOST_VALUES = 100_000
DEEPEST = 32
_ARRAY, _COMPLEX, _SCALAR = 1, 2, 3
_CONSTANTS = {0xC0: None, 0xC2: False, 0xC3: True}
# Numbers by their code, and lengths by the code of what they are of.
_NUMBERS = dict(zip([*range(0xCA, 0xD4)], ">f >d >B >H >I >Q >b >h >i >q".split()))
_LENGTHS = {
    code + width: form
    for code, forms in ((0xC4, ">B >H >I"), (0xC7, ">B >H >I"), (0xD9, ">B >H >I"), (0xDC, ">H >I"), (0xDE, ">H >I"))
    for width, form in enumerate(forms.split())
}


class Decoder:
    """Reads values from a `streams.Source`; bytes and arrays are NumPy arrays."""

    def __init__(self, source):
        self._source = source
        self._left = MOST_VALUES

    def value(self, depth=0):
        """The next value. Raises InputError where there are too many, too deep in one another, or of unknown kinds."""
        self._left -= 1
        if not self._left or depth > DEEPEST:
            raise InputError("It has too many values beside arrays, or too deep in one another.")
        (code,) = self._source.read(1)
        if code < 0x80 or code >= 0xE0:
            return code - 256 * (code >= 0xE0)
        if code < 0x90:
            return self._map(code & 15, depth)
        if code < 0xA0:
            return self._list(code & 15, depth)
        if code < 0xC0:
            return self._text(code & 31)
        if code in _CONSTANTS:
            return _CONSTANTS[code]
        if code in _NUMBERS:
            return self._number(_NUMBERS[code])
        if 0xD4 <= code <= 0xD8:
            return self._extension(1 << code - 0xD4, depth)
        if code not in _LENGTHS:
            raise InputError("It is no msgpack: it has the code {}.".format(code))
        return self._of_length(code, self._number(_LENGTHS[code]), depth)

    def _of_length(self, code, length, depth):
        if code < 0xC7:
            return self._source.read_array(length)
        if code < 0xCA:
            return self._extension(length, depth)
        if code < 0xDC:
            return self._text(length)
        return (self._list if code < 0xDE else self._map)(length, depth)

    def _number(self, form):
        return struct.unpack(form, self._source.read(struct.calcsize(form)))[0]

    def _text(self, length):
        return self._source.read(length).decode("utf-8")

    def _list(self, length, depth):
        return [self.value(depth + 1) for _ in range(length)]

    def _map(self, length, depth):
        made = {}
        for _ in range(length):
            key = self.value(depth + 1)
            if not isinstance(key, (str, int)) or key in made:
                raise InputError("It has keys that are no texts, or twice the same.")
            made[key] = self.value(depth + 1)
        return made

    def _extension(self, length, depth):
        code = self._number(">b")
        if code not in (_ARRAY, _COMPLEX, _SCALAR):
            raise InputError("It has an extension of msgpack that is not flax's: {}.".format(code))
        end = self._source.taken + length
        content = self.value(depth + 1)
        if self._source.taken != end or not isinstance(content, list):
            raise InputError("It has an array that is damaged.")
        if code == _COMPLEX:
            return complex(*content)
        shape, kind, data = content
        shape = values.check_shape(shape)
        if data.size != values.count_values(shape) * values.item_size(kind):
            raise InputError("It has an array whose shape is not that of its values.")
        array = values.decode(data, kind).reshape(shape)
        return array[()] if code == _SCALAR else array
