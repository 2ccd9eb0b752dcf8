#!/usr/bin/python3
"""Writes what the backbones must compute, with Debian's python3-torch 1.13.1 and python3-torchvision 0.14.1.

Run in this folder: python3 make_models.py
names/NAME.txt: name and shape of every tensor of torchvision's models with 1000 classes, in the order of state_dict().
outputs.json: for every backbone with 10 classes, weights from fill() and the input from pattern(): logits and features in
evaluation, single precision; logits, norms of all gradients and all buffers after one training pass, double precision
(dropout off), loss = mean(logits^2).
The networks that torchvision lacks are written out below.
"""
import json
import math
import os

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision

torch.set_num_threads(1)


class CifarBlock(nn.Module):
    def __init__(self, inputs, planes, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.grow = planes if inputs != planes else 0

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.grow:
            zeros = x.new_zeros(x.shape[0], self.grow // 4, (x.shape[2] + 1) // 2, (x.shape[3] + 1) // 2)
            x = torch.cat([zeros, x[:, :, ::2, ::2], zeros], 1)
        return F.relu(x + y)


class CifarResNet(nn.Module):
    def __init__(self, repeats, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(*[CifarBlock(16, 16, 1) for _ in range(repeats)])
        self.layer2 = nn.Sequential(*[CifarBlock(16 if i == 0 else 32, 32, 2 if i == 0 else 1) for i in range(repeats)])
        self.layer3 = nn.Sequential(*[CifarBlock(32 if i == 0 else 64, 64, 2 if i == 0 else 1) for i in range(repeats)])
        self.linear = nn.Linear(64, classes)

    def features_of(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.layer3(self.layer2(self.layer1(x))).mean((2, 3))

    def forward(self, x):
        return self.linear(self.features_of(x))


class ConvNet(nn.Module):
    def __init__(self, classes, widths=(32, 64, 128, 256)):
        super().__init__()
        layers, inputs = [], 3
        for stage, width in enumerate(widths):
            layers += [nn.Conv2d(inputs, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
            layers += [nn.MaxPool2d(2)] if stage < 4 else []
            inputs = width
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(256, classes)

    def features_of(self, x):
        return self.features(x).mean((2, 3))

    def forward(self, x):
        return self.classifier(self.features_of(x))


def uniform(count, stream):
    """count numbers in [-0.5, 0.5), the same in every language: 32-bit integer hashing."""
    h = (np.arange(count, dtype=np.uint64) * 2654435761 + stream * 97 + 1) & 0xFFFFFFFF
    h ^= h >> np.uint64(15)
    h = (h * 2246822519) & 0xFFFFFFFF
    h ^= h >> np.uint64(13)
    return h.astype(np.float64) / 2.0**32 - 0.5


def fill(net):
    for stream, (name, value) in enumerate(net.state_dict().items()):
        if name.endswith("num_batches_tracked"):
            continue
        u = uniform(value.numel(), stream)
        if name.endswith("running_var"):
            u = 1 + 0.5 * u
        elif value.dim() > 1:
            u = u * (math.sqrt(12) * math.sqrt(2 / (value.numel() // value.shape[0])))
        elif name.endswith("weight"):
            u = 1 + 0.4 * u
        else:
            u = 0.2 * u
        value.copy_(torch.from_numpy(u.astype(np.float32)).reshape(value.shape))


def pattern(shape):
    return torch.from_numpy(np.sin(0.7 * np.arange(math.prod(shape))).astype(np.float32)).reshape(shape)


def features(name, net, x):
    if hasattr(net, "features_of"):
        return net.features_of(x)
    if name.startswith("resnet"):
        x = net.maxpool(net.relu(net.bn1(net.conv1(x))))
        return net.layer4(net.layer3(net.layer2(net.layer1(x)))).mean((2, 3))
    if name == "alexnet":
        return net.classifier[:6](torch.flatten(net.avgpool(net.features(x)), 1))
    return net.features(x).mean((2, 3))


def tv(name):
    return lambda classes: getattr(torchvision.models, name)(weights=None, num_classes=classes)


networks = {name: tv(name) for name in ("squeezenet1_1", "mobilenet_v2", "alexnet", "resnet18", "resnet34", "resnet50", "resnet101")}
os.makedirs("names", exist_ok=True)
for name, make in networks.items():
    with open(f"names/{name}.txt", "w", encoding="utf-8") as output:
        for key, value in make(1000).state_dict().items():
            output.write(" ".join([key, *map(str, value.shape)]) + "\n")

networks |= {"cifar_resnet20": lambda classes: CifarResNet(3, classes), "cifar_resnet32": lambda classes: CifarResNet(5, classes), "convnet": ConvNet, "convnet_slim": lambda classes: ConvNet(classes, (16, 32, 64, 128, 256))}


def numbers(tensor):
    return [float(f"{x:.12g}") for x in tensor.detach().flatten().tolist()]


def norm(tensor):
    return float(f"{tensor.detach().double().norm().item():.12g}")


rows = []
for name, make in networks.items():
    net = make(10)
    fill(net)
    shape = [2, 3, 32, 32] if name.startswith("cifar") else [2, 3, 35, 33] if name.startswith("convnet") else [2, 3, 67, 75]
    x = pattern(shape)
    net.eval()
    with torch.no_grad():
        logits, feature = net(x), features(name, net, x)
    net.train()
    for module in net.modules():
        if isinstance(module, nn.Dropout):
            module.eval()
    net.double()
    trained = net(x.double())
    trained.square().mean().backward()
    rows.append({
        "backbone": name, "input": shape, "logits": numbers(logits), "feature": numbers(feature[:, :16]), "featureNorm": norm(feature),
        "trainingLogits": numbers(trained), "gradientNorms": [norm(p.grad) for p in net.parameters()],
        "bufferNorms": [norm(b) for b in net.buffers()],
    })
    print(name, numbers(logits)[:3], numbers(trained)[:3])

with open("outputs.json", "w", encoding="utf-8") as output:
    output.write('{"source": "make_models.py, torch %s, torchvision %s",\n"rows": [\n' % (torch.__version__, torchvision.__version__))
    output.write(",\n".join(json.dumps(row) for row in rows) + "\n]}\n")
