"""The peer of the training benchmark: the same step in PyTorch, written as its users write it.

python3 peer.py MODEL LAYOUT THREADS BATCH SIZE CLASSES START
LAYOUT is default, or channels_last where PyTorch is asked for that layout as its documentation says.
START holds float32 values one after the other: the model's floating-point state in the order of state_dict, then the images.
Each line on standard input is a number of steps; the answer is wall seconds and CPU seconds a step, and the loss of the last one.
"""
import sys
import time

import torch
from torch import nn


class Block(nn.Module):
    """Two 3x3 convolutions and the input, with torchvision's names."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += identity
        return self.relu(out)


def resnet18(classes):
    layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for stage in range(4):
        for block in range(2):
            outputs = 64 << stage
            layers.append(Block(inputs, outputs, 2 if stage > 0 and block == 0 else 1))
            inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, classes))


def convnet(classes):
    layers, inputs = [], 3
    for outputs in (32, 64, 128, 256):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True), nn.MaxPool2d(2)]
        inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, classes))


def load(model, values):
    """Fills the state from the front of the values; returns the rest."""
    for value in model.state_dict().values():
        if value.is_floating_point():
            value.copy_(values[: value.numel()].view_as(value))
            values = values[value.numel():]
    return values


def main():
    name, threads, batch, size, classes = sys.argv[1], *map(int, sys.argv[3:7])
    torch.set_num_threads(threads)
    model = {"resnet18": resnet18, "convnet": convnet}[name](classes)
    with open(sys.argv[7], "rb") as file:
        values = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
    images = load(model, values).reshape(batch, 3, size, size).clone()
    if sys.argv[2] == "channels_last":
        model, images = model.to(memory_format=torch.channels_last), images.to(memory_format=torch.channels_last)
    labels = torch.arange(batch) % classes
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    model.train()
    for line in sys.stdin:
        steps = int(line)
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=True)
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(wall / steps, cpu / steps, loss.item(), flush=True)


main()
