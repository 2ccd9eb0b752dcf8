"""The peer of the loader benchmark: Pillow and numpy, one thread. Obeys one command per line and answers with one line.

python3 pillow.py FOLDER
  centre      resize the shorter side to 256, cut out the centre of 224, normalise
  random      resize a random part to 224, mirror half of them, normalise
  save FILE   write the centre pixels of every image as float32, one after the other
Each answer is wall seconds and CPU seconds an image.
"""
import random
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

SCALE = (1 / (255 * np.array([0.229, 0.224, 0.225], np.float32))).reshape(3, 1, 1)
BIAS = (-np.array([0.485, 0.456, 0.406], np.float32) / np.array([0.229, 0.224, 0.225], np.float32)).reshape(3, 1, 1)


def normalise(image):
    pixels = np.asarray(image).transpose(2, 0, 1).astype(np.float32, order="C")
    pixels *= SCALE
    pixels += BIAS
    return pixels


def centre(path):
    with Image.open(path) as file:
        image = file.convert("RGB")
    width, height = image.size
    size = (256, 256 * height // width) if width <= height else (256 * width // height, 256)
    image = image.resize(size, Image.BILINEAR)
    left, top = round((size[0] - 224) / 2), round((size[1] - 224) / 2)
    return normalise(image.crop((left, top, left + 224, top + 224)))


def part(path, numbers):
    with Image.open(path) as file:
        image = file.convert("RGB")
    width, height = image.size
    while True:
        area, aspect = numbers.uniform(0.08, 1) * width * height, np.exp(numbers.uniform(-np.log(4 / 3), np.log(4 / 3)))
        w, h = round((area * aspect) ** 0.5), round((area / aspect) ** 0.5)
        if 0 < w <= width and 0 < h <= height:
            break
    x, y = numbers.randint(0, width - w), numbers.randint(0, height - h)
    image = image.resize((224, 224), Image.BILINEAR, box=(x, y, x + w, y + h))
    if numbers.random() < 0.5:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    return normalise(image)


def main():
    paths = sorted(Path(sys.argv[1]).glob("*.jpg"))
    numbers = random.Random(1)
    for line in sys.stdin:
        command, *rest = line.split(maxsplit=1)
        cpu, wall = time.process_time(), time.perf_counter()
        if command == "save":
            np.stack([centre(path) for path in paths]).tofile(rest[0].strip())
        else:
            for path in paths:
                centre(path) if command == "centre" else part(path, numbers)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(wall / len(paths), cpu / len(paths), flush=True)


main()
