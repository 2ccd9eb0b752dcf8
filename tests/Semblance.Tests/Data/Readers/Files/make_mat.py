"""Writes the MATLAB files of this folder with SciPy: python3 make_mat.py"""
import os
import numpy as np
import scipy.io

here = os.path.dirname(os.path.abspath(__file__))
names = np.array(["AM General Hummer SUV 2000", "Acura RL Sedan 2012", "Škoda Octavia 2009", "Audi S4 Sedan 2007"], dtype=object)


def save(name, variables, compress=True):
    scipy.io.savemat(os.path.join(here, name), variables, do_compression=compress)


def annotations(rows, fields):
    array = np.zeros((1, len(rows)), dtype=[(field, object) for field in fields])
    for i, row in enumerate(rows):
        for field, value in zip(fields, row):
            array[0, i][field] = value
    return array


box = [np.uint8(30), np.uint16(52), np.uint16(246), np.uint8(147)]
boxes = ["bbox_x1", "bbox_y1", "bbox_x2", "bbox_y2"]
classes = [1, 1, 2, 2, 3, 3, 4, 4]

whole = [[f"car_ims/{i + 1:06d}.jpg", *box, np.uint8(c), np.uint8(i % 2)] for i, c in enumerate(classes)]
save("cars_annos.mat", {"annotations": annotations(whole, ["relative_im_path", *boxes, "class", "test"]), "class_names": names.reshape(1, -1)})

# A class without a name, and a mark that is neither 0 nor 1.
wrong = [row[:] for row in whole]
wrong[2][5] = np.uint8(9)
wrong[4][6] = np.uint8(2)
save("cars_annos_wrong.mat", {"annotations": annotations(wrong, ["relative_im_path", *boxes, "class", "test"]), "class_names": names.reshape(1, -1)}, compress=False)

fields = [*boxes, "class", "fname"]
save("cars_meta.mat", {"class_names": names.reshape(1, -1)})
save("cars_train_annos.mat", {"annotations": annotations([[*box, float(c), f"{i + 1:05d}.jpg"] for i, c in enumerate(classes[::2])], fields)})
save("cars_test_annos_withlabels.mat", {"annotations": annotations([[*box, float(c), f"{i + 1:05d}.jpg"] for i, c in enumerate(classes[1::2])], fields)}, compress=False)

plain = {
    "sparse": scipy.sparse.eye(3).tocsc(),
    "complex": np.array([1 + 2j]),
    "matrix": np.array([[1.5, 2.5, -3.0], [4.0, 5.0, 6.0]]),
    "empty": np.zeros((0, 0)),
    "text": "Grüße, 車",
    "letter": "x",
    "cells": np.array([np.array([1, 2, 3], dtype=np.int16), "two", np.array(["deep", np.float32(0.5)], dtype=object)], dtype=object),
    "struct": {"a": np.int64(-7), "b": {"c": "inner"}},
}
for kind in ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "single"]:
    plain[kind] = np.array([1, 2, 100], dtype=kind)
save("arrays.mat", plain, compress=False)
save("arrays_compressed.mat", plain)
