"""Writes two small files of SVHN's form with SciPy. Usage: python3 svhn.py FOLDER."""
import os
import sys

import numpy
import scipy.io

y, x, c, n = numpy.meshgrid(numpy.arange(32), numpy.arange(32), numpy.arange(3), numpy.arange(2), indexing="ij")
images = ((5 * y + 3 * x + 40 * c + 11 * n) % 256).astype("uint8")
digits = numpy.array([[7], [10]])
scipy.io.savemat(os.path.join(sys.argv[1], "compressed.mat"), {"X": images, "y": digits.astype("uint8")},
                 do_compression=True)
scipy.io.savemat(os.path.join(sys.argv[1], "plain.mat"), {"X": images, "y": digits.astype("float64")})
