#!/usr/bin/python3
"""Writes what the backbones must compute, with Debian's python3-torch 1.13.1 and python3-torchvision 0.14.1.

Run in this folder: python3 make_models.py
names/NAME.txt: name and shape of every tensor of torchvision's models with 1000 classes, in the order of state_dict(), without auxiliary
classifiers; and of bn_inception, which is written out below from the paper's table with the names of the published port to PyTorch.
outputs.json: for every backbone with 10 classes, weights from fill() and the input from pattern(): logits and features in
evaluation, single precision; logits, norms of all gradients and all buffers after one training pass, double precision
(dropout off), loss = mean(logits^2); the largest networks, which differ from smaller ones in sizes only, are not trained.
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


class BnInception(nn.Module):
    """Ioffe and Szegedy 2015, figure 5: block, 1x1, 3x3 reduce, 3x3, double reduce, double, pooling, projection; "pass" halves the map."""

    TABLE = """
        3a  64  64  64  64  96 avg  32
        3b  64  64  96  64  96 avg  64
        3c   0 128 160  64  96 max pass
        4a 224  64  96  96 128 avg 128
        4b 192  96 128  96 128 avg 128
        4c 160 128 160 128 160 avg 128
        4d  96 128 192 160 192 avg 128
        4e   0 128 192 192 256 max pass
        5a 352 192 320 160 224 avg 128
        5b 352 192 320 192 224 max 128"""

    def __init__(self, classes):
        super().__init__()
        self.rows = [line.split() for line in self.TABLE.strip().splitlines()]
        self.unit("conv1_7x7_s2", 3, 64, 7, 2)
        self.unit("conv2_3x3_reduce", 64, 64, 1)
        self.unit("conv2_3x3", 64, 192, 3)
        n = 192
        for name, one, reduce, three, reduce2, double, _, proj in self.rows:
            one, reduce, three, reduce2, double = map(int, (one, reduce, three, reduce2, double))
            p, stride = f"inception_{name}_", 2 if proj == "pass" else 1
            if one:
                self.unit(p + "1x1", n, one, 1)
            self.unit(p + "3x3_reduce", n, reduce, 1)
            self.unit(p + "3x3", reduce, three, 3, stride)
            self.unit(p + "double_3x3_reduce", n, reduce2, 1)
            self.unit(p + "double_3x3_1", reduce2, double, 3)
            self.unit(p + "double_3x3_2", double, double, 3, stride)
            if proj != "pass":
                self.unit(p + "pool_proj", n, int(proj), 1)
            n = one + three + double + (n if proj == "pass" else int(proj))
        self.last_linear = nn.Linear(n, classes)

    def unit(self, name, inputs, outputs, kernel, stride=1):
        self.add_module(name, nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2))
        self.add_module(name + "_bn", nn.BatchNorm2d(outputs))

    def run(self, name, x):
        return F.relu(getattr(self, name + "_bn")(getattr(self, name)(x)))

    def last_map(self, x):
        x = F.max_pool2d(self.run("conv1_7x7_s2", x), 3, 2, ceil_mode=True)
        x = F.max_pool2d(self.run("conv2_3x3", self.run("conv2_3x3_reduce", x)), 3, 2, ceil_mode=True)
        for name, one, _, _, _, _, pool, proj in self.rows:
            p = f"inception_{name}_"
            parts = [self.run(p + "1x1", x)] if int(one) else []
            parts.append(self.run(p + "3x3", self.run(p + "3x3_reduce", x)))
            parts.append(self.run(p + "double_3x3_2", self.run(p + "double_3x3_1", self.run(p + "double_3x3_reduce", x))))
            if proj == "pass":
                parts.append(F.max_pool2d(x, 3, 2, ceil_mode=True))
            else:
                pooled = F.max_pool2d(x, 3, 1, 1) if pool == "max" else F.avg_pool2d(x, 3, 1, 1)
                parts.append(self.run(p + "pool_proj", pooled))
            x = torch.cat(parts, 1)
        return x

    def features_of(self, x):
        return self.last_map(x).mean((2, 3))

    def forward(self, x):
        return self.last_linear(self.features_of(x))


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


def maps(net, x):
    """The last map, before it is pooled; for inception what enters its pooling."""
    if hasattr(net, "last_map"):
        return net.last_map(x)
    if hasattr(net, "layer4"):
        x = net.maxpool(net.relu(net.bn1(net.conv1(x))))
        return net.layer4(net.layer3(net.layer2(net.layer1(x))))
    if hasattr(net, "features"):
        return net.features(x)
    kept = []
    hook = net.avgpool.register_forward_hook(lambda module, inputs, output: kept.append(inputs[0]))
    net(x)
    hook.remove()
    return kept[0]


def features(name, net, x):
    if hasattr(net, "features_of"):
        return net.features_of(x)
    if name == "alexnet":
        return net.classifier[:6](torch.flatten(net.avgpool(net.features(x)), 1))
    return maps(net, x).mean((2, 3))


def tv(name):
    if name in ("googlenet", "inception_v3"):
        return lambda classes: getattr(torchvision.models, name)(weights=None, num_classes=classes, aux_logits=False, init_weights=False)
    return lambda classes: getattr(torchvision.models, name)(weights=None, num_classes=classes)


networks = {name: tv(name) for name in (
    "squeezenet1_1", "mobilenet_v2", "alexnet", "resnet18", "resnet34", "resnet50", "resnet101",
    "resnet152", "wide_resnet50_2", "resnext50_32x4d", "googlenet", "inception_v3")}
networks["bn_inception"] = BnInception
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
    shape = [2, 3, 32, 32] if name.startswith("cifar") else [2, 3, 35, 33] if name.startswith("convnet") else [2, 3, 79, 75] if name == "inception_v3" else [2, 3, 63, 70] if name == "bn_inception" else [2, 3, 67, 75]
    x = pattern(shape)
    net.eval()
    with torch.no_grad():
        logits, feature = net(x), features(name, net, x)
        largest = maps(net, x).amax((2, 3)) if name in ("bn_inception", "resnext50_32x4d") else None
    rows.append({"backbone": name, "input": shape, "logits": numbers(logits), "feature": numbers(feature[:, :16]), "featureNorm": norm(feature)})
    if largest is not None:
        rows[-1] |= {"largest": numbers(largest[:, :16]), "largestNorm": norm(largest)}
    print(name, numbers(logits)[:3])
    if name in ("resnet152", "wide_resnet50_2"):
        continue
    net.train()
    for module in net.modules():
        if isinstance(module, nn.Dropout):
            module.eval()
    net.double()
    trained = net(x.double())
    trained.square().mean().backward()
    rows[-1] |= {
        "trainingLogits": numbers(trained), "gradientNorms": [norm(p.grad) for p in net.parameters()],
        "bufferNorms": [norm(b) for b in net.buffers()],
    }

with open("outputs.json", "w", encoding="utf-8") as output:
    output.write('{"source": "make_models.py, torch %s, torchvision %s",\n"rows": [\n' % (torch.__version__, torchvision.__version__))
    output.write(",\n".join(json.dumps(row) for row in rows) + "\n]}\n")
