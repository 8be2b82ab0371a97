"""Writes small files of CIFAR's Python versions as Python 2 pickled them, and reads them back with Python 3.

Usage: python3 pickles.py FOLDER. NumPy before 2 is needed, for the names that its functions had.
"""
import os
import pickle
import sys

import numpy


class Python2(pickle._Pickler):
    """Pickles strings, of bytes or characters, as Python 2 did."""

    dispatch = dict(pickle._Pickler.dispatch)

    def save_string(self, value):
        data = value.encode("latin1") if isinstance(value, str) else value
        n = len(data)
        self.write(b"U" + bytes([n]) + data if n < 256 else b"T" + n.to_bytes(4, "little") + data)
        self.memoize(value)

    dispatch[str] = save_string
    dispatch[bytes] = save_string


def images(file, count):
    i = numpy.arange(count)[:, None]
    k = numpy.arange(3072)[None, :]
    return ((37 * file + 11 * i + k * (i + 3)) % 251).astype("u1")


def write(folder, file, name, count, labels):
    data = images(file, count)
    content = {
        "batch_label": name,
        "data": numpy.asfortranarray(data) if name.startswith("test") else data,
        "filenames": ["picture_%d_%d.png" % (file, i) for i in range(count)],
        **labels,
    }
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name)
    with open(path, "wb") as out:
        Python2(out, 2).dump(content)
    with open(path, "rb") as written:
        back = pickle.load(written, encoding="latin1")
    assert (back["data"] == data).all()
    assert all(back[key] == labels[key] for key in labels)


for file in range(1, 7):
    write(sys.argv[1] + "/cifar-10-batches-py", file, "test_batch" if file == 6 else "data_batch_%d" % file, 3,
          {"labels": [(file + 4 * i) % 10 for i in range(3)]})
for file, name, count in ((7, "train", 5), (8, "test", 3)):
    write(sys.argv[1] + "/cifar-100-python", file, name, count,
          {"fine_labels": [(13 * file + 29 * i) % 100 for i in range(count)],
           "coarse_labels": [(file + 7 * i) % 20 for i in range(count)]})
