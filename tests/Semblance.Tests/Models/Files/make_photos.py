#!/usr/bin/python3
"""Writes photos.json: what torchvision 0.14.1 with the shared weights says about photos of ../shared/data/coco256 that show one clear thing.

Run in this folder: python3 make_photos.py SHARED, where SHARED is the shared folder.
Resize the short side to 256 (Pillow, bilinear), centre crop of 224, mean and deviation as in SHARED/weights/README.md.
"""
import json
import struct
import sys

import numpy as np
import torch
import torchvision
from PIL import Image

shared = sys.argv[1]
PHOTOS = {"train2017/000000000034": 340, "train2017/000000000154": 340, "val2017/000000001818": 340, "train2017/000000000081": 404,
          "val2017/000000005477": 404, "train2017/000000000471": 779, "val2017/000000000285": 294,
          "val2017/000000000776": 850, "val2017/000000000785": 795, "val2017/000000002149": 948, "train2017/000000000415": 752}
NETWORKS = {"squeezenet1_1": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)), "mobilenet_v2": ((0.5,) * 3, (0.5,) * 3)}


def weights(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    types = {"F32": np.float32, "I64": np.int64}
    return {name: torch.from_numpy(np.frombuffer(data[slice(*entry["data_offsets"])], types[entry["dtype"]]).reshape(entry["shape"]).copy())
            for name, entry in header.items() if name != "__metadata__"}


def read(path, mean, std):
    image = Image.open(path).convert("RGB")
    short = min(image.size)
    image = image.resize([round(side * 256 / short) for side in image.size], Image.BILINEAR)
    left, top = ((side - 224) // 2 for side in image.size)
    pixels = torch.from_numpy(np.asarray(image.crop((left, top, left + 224, top + 224))).copy()).permute(2, 0, 1).float() / 255
    return (pixels - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)


rows = []
for network, (mean, std) in NETWORKS.items():
    net = getattr(torchvision.models, network)(weights=None)
    net.load_state_dict(weights(f"{shared}/weights/{network}.safetensors"))
    net.eval()
    for photo, label in PHOTOS.items():
        with torch.no_grad():
            probabilities = net(read(f"{shared}/data/coco256/{photo}.jpg", mean, std)[None]).softmax(1)[0]
        assert probabilities.argmax().item() == label
        rows.append({"backbone": network, "mean": mean, "std": std, "photo": photo + ".jpg", "label": label, "probability": round(probabilities[label].item(), 4)})

with open("photos.json", "w", encoding="utf-8") as output:
    output.write('{"source": "make_photos.py",\n"rows": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]}\n")
