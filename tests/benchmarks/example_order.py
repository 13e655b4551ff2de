"""The order of examples in NumPy, written from its definition: an oracle for the C++ and what lets another
trainer see the same batches. Philox4x32-10: Salmon et al., SC 2011."""

import numpy

ORDER = 2  # RandomPurpose::order
KEY_DERIVATION = 0xFFFFFFFF
MASK = numpy.uint64(0xFFFFFFFF)


def philox(counter, key):
    """Four words of random bits for each counter; all words are uint64 arrays below 2^32."""
    c0, c1, c2, c3 = (numpy.asarray(word, dtype=numpy.uint64) for word in counter)
    k0, k1 = (numpy.uint64(word) for word in key)
    shift = numpy.uint64(32)
    for _ in range(10):
        p0, p1 = numpy.uint64(0xD2511F53) * c0, numpy.uint64(0xCD9E8D57) * c2
        c0, c1, c2, c3 = (p1 >> shift) ^ c1 ^ k0, p1 & MASK, (p0 >> shift) ^ c3 ^ k1, p0 & MASK
        k0, k1 = (k0 + numpy.uint64(0x9E3779B9)) & MASK, (k1 + numpy.uint64(0xBB67AE85)) & MASK
    return c0, c1, c2, c3


def stream_key(seed, purpose, a=0, b=0):
    """Key of the stream (seed, purpose, a, b)."""
    key = (seed & 0xFFFFFFFF, seed >> 32)
    for value in (a, b):
        key = tuple(int(word) for word in philox((value & 0xFFFFFFFF, value >> 32, purpose, KEY_DERIVATION), key)[:2])
    return key


def epoch_order(seed, epoch, size):
    """Positions 0 ... size - 1 in the order in which an epoch visits them (Fisher-Yates)."""
    bounds = numpy.arange(size, 1, -1, dtype=numpy.uint64)
    words = philox((bounds, 0 * bounds, 2 + 0 * bounds, 0 * bounds), stream_key(seed, ORDER, epoch))
    draws = [(int(high) << 32 | int(low)) * int(bound) >> 64 for high, low, bound in zip(words[0], words[1], bounds)]
    order = list(range(size))
    for last, draw in zip(range(size - 1, 0, -1), draws):
        order[last], order[draw] = order[draw], order[last]
    return numpy.array(order)
