"""Pickles made to do harm, as opcodes in the middle of one."""

import struct

# What each would do is to make the file `ran`, by way of the module `payload`, which does so when it is imported.
MAKE = "open('ran', 'w').close()"
SYSTEM = b"cposix\nsystem\n(U\x09touch rantR"
EVAL = "cbuiltins\neval\n(U{}{}tR".format(chr(len(MAKE)), MAKE).encode("latin1")
OBJECT_DTYPE = b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb"
HOSTILE = {
    "REDUCE": SYSTEM,
    "REDUCE os": SYSTEM.replace(b"posix", b"os"),
    "REDUCE subprocess": b"csubprocess\ncheck_call\n(](U\x05touchU\x03ranetR",
    "eval": EVAL,
    "import": b"cpayload\nThing\n",
    "import by STACK_GLOBAL": b"\x8c\x07payload\x8c\x05Thing\x93",
    "attribute by STACK_GLOBAL": b"\x8c\x02os\x8c\x06system\x93(U\x09touch rantR",
    "dotted name": b"\x8c\x08builtins\x8c\x15set.__init__.__self__\x93",
    "OBJ": b"(cposix\nsystem\nU\x09touch rano",
    "INST": b"(U\x09touch ranios\nsystem\n",
    "NEWOBJ": b"cpayload\nThing\n(U\x09touch rant\x81",
    "NEWOBJ_EX": b"cpayload\nThing\n(U\x09touch rant}\x92",
    "BUILD": b"cpayload\nThing\n)\x81}U\x01xU\x01ysb",
    "BUILD of a module": b"cos\npath\n}U\x06systemK\x01sb",
    "BUILD of a class": b"cbuiltins\nset\n}U\x06systemK\x01sb",
    "BUILD of a list": b"]}U\x06systemK\x01sb",
    "APPENDS": b"cpayload\nThing\n)\x81(K\x01K\x02e",
    "APPEND": b"cpayload\nThing\n)\x81K\x01a",
    "SETITEMS": b"cpayload\nThing\n)\x81(K\x01K\x02u",
    "SETITEM": b"cpayload\nThing\n)\x81K\x01K\x02s",
    "ADDITEMS": b"cpayload\nThing\n)\x81(K\x01K\x02\x90",
    "as a key": b"}cpayload\nThing\n)\x81K\x02s",
    "in a set": b"\x8f(cpayload\nThing\n)\x81\x90",
    "factory of a defaultdict": b"ccollections\ndefaultdict\ncpayload\nThing\n\x85R",
    "call of a factory": b"ccollections\ndefaultdict\n(" + SYSTEM + b"tR",
    "state of a Namespace": b"cargparse\nNamespace\n)\x81}U\x01a" + SYSTEM + b"sb",
    "state of a Namespace that is no dictionary": b"cargparse\nNamespace\n)\x81" + SYSTEM + b"b",
    "part of a path": b"cpathlib\nPosixPath\n" + EVAL + b"\x85R",
    "_reconstructor": b"ccopyreg\n_reconstructor\n(cpayload\nThing\ncbuiltins\nobject\nNtR",
    "_reconstructor of a name": b"ccopyreg\n_reconstructor\n(cposix\nsystem\ncbuiltins\nobject\nU\x09touch rantR",
    "_reconstructor of nothing": b"ccopyreg\n_reconstructor\n)R",
    "__newobj__": b"ccopyreg\n__newobj__\n(cpayload\nThing\nU\x09touch rantR",
    "partial": b"cfunctools\npartial\n(cposix\nsystem\nU\x09touch rantR)R",
    "getattr": b"cbuiltins\ngetattr\n(cos\npath\nU\x0c__builtins__tR",
    "attrgetter": b"coperator\nattrgetter\n(U\x09os.systemtR(cos\npath\ntR(U\x09touch rantR",
    "map": b"cbuiltins\nlist\n(cbuiltins\nmap\n(cposix\nsystem\n](U\x09touch ranetRtR",
    "memo": b"cposix\nsystem\nq\x050h\x05(U\x09touch rantR",
    "memo of what is deferred": b"cnumpy\ndtype\nq\x050h\x05(U\x02f4K\x00K\x01tRq\x06h\x06h\x06b0",
    "dtype of an object": b"cnumpy\ndtype\n(cpayload\nThing\nK\x00K\x01tR" + OBJECT_DTYPE,
    "dtype by its attribute": b"cnumpy\ndtype\n(cpayload\nThing\n)\x81tR",
    "scalar of an object": b"cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(U\x01OK\x00K\x01tR"
    + OBJECT_DTYPE
    + SYSTEM
    + b"tR",
    "array of objects": b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tU\x01btR"
    b"(K\x01(K\x01tcnumpy\ndtype\n(U\x01OK\x00K\x01tR" + OBJECT_DTYPE + b"\x89]" + SYSTEM + b"atb",
    "persistent id": SYSTEM + b"Q",
    "registered extension": b"\x82\x07",
    "unknown extension": b"\x84\x11\x11\x11\x11",
    "bytes of a size": b"cbuiltins\nbytearray\n(I30000000000\ntR",
    "call of a number": b"K\x01)R",
}

SHARED = b"K\x01" + b"".join(b"q" + bytes([number]) + b"h" + bytes([number]) + b"\x86" for number in range(60))


def pickled(opcodes):
    return b"\x80\x04" + opcodes + b"."


def size(number):
    return struct.pack("<Q", number)


REFUSED = {
    "a tuple as deep as the file is long, as a key": (b"}" + b"K\x01" + b"\x85" * 10**5 + b"K\x02s", "tuple"),
    "a tuple shared 60 levels deep, as a key": (b"}" + SHARED + b"K\x02s", "tuple"),
    "the same in a set": (b"\x8f(" + SHARED + b"\x90", "tuple"),
    "the same in a frozenset": (b"(" + SHARED + b"\x91", "tuple"),
    "the same in a set that is made": (b"cbuiltins\nset\n]" + SHARED + b"a\x85R", "tuple"),
    "the same as a value": (SHARED, "again and again"),
    "lists as deep as the file is long": (b"]" * 10**5 + b"a" * (10**5 - 1), "deep"),
    "a list that holds itself": (b"]q\x00h\x00a", "holds itself"),
    "a list as a key": (b"}]K\x01s", "list is a key"),
    "members of a list": (b"(K\x01](K\x02\x90t", "members are put into a list"),
    "complex numbers as keys": (b"}cbuiltins\ncomplex\n(K\x01K\x02tRK\x01s", "complex"),
    "too many numbers as keys": (b"}(" + b"G?\xf0\0\0\0\0\0\0N" * 20000 + b"u", "keys"),
    "bytes of 2^60": (b"\x8e" + size(2**60), "early"),
    "text of 2^60": (b"\x8d" + size(2**60), "early"),
    "a bytearray of 2^60": (b"\x96" + size(2**60), "early"),
    "a number of many bytes": (b"\x8b" + struct.pack("<i", 2**20) + b"\1" * 2**20, "bytes"),
    "a number of many digits": (b"I" + b"9" * 2**20 + b"\n", "digits"),
    "a float of many digits": (b"F" + b"9" * 2**20 + b"\n", "digits"),
    "too many opcodes": (b"(" + b"N" * 1_300_000 + b"t", "steps"),
    "copying again and again": (
        b"(\x8e" + size(2**20) + b"x" * 2**20 + b"\x94" + b"cbuiltins\nbytearray\nh\0\x85R" * 1000 + b"t",
        "copies",
    ),
    "numbers of objects that are chosen": (b"Nr" + struct.pack("<I", 2**31), "number"),
    "a dtype in a dtype in a dtype": (
        b"cnumpy\ndtype\n(U\x02f4K\0K\1tR(K\3U\1<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tbq\1"
        + b"0cnumpy\ndtype\n(U\x02V4K\0K\1tR(K\3U\1|N(U\1xt}U\1x(h\1K\0tsK\4K\1K\x10tbq\1" * 12,
        "deep",
    ),
}
