# The same measurements in PyTorch (eager): one JSON a line in, one out. Started by training.ts as `python training-pytorch.py THREADS`.
import json
import sys
import time

import torch
from torch import nn

torch.set_num_threads(int(sys.argv[1]))


def tutorial():
    return nn.Sequential(
        nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip


def block(channels, filters):
    return [nn.Conv2d(channels, filters, 3, padding=1, bias=False), nn.BatchNorm2d(filters), nn.ReLU(), nn.MaxPool2d(2)]


def large():
    return nn.Sequential(
        *block(3, 32), *block(32, 64), *block(64, 128), nn.Flatten(),
        nn.Dropout(0.5), nn.Linear(2048, 128), nn.ReLU(), nn.Linear(128, 10),
    )  # fmt: skip


nets = {"tutorial": tutorial, "large": large}


def prepare(request):
    net = nets[request["net"]]()
    size = request["batch"]
    images = torch.rand(size, 3, 32, 32) * 2 - 1
    classes = torch.arange(size) % 10
    if request["task"] == "infer":
        net.eval()

        def infer():
            with torch.no_grad():
                net(images)

        return infer
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.001, momentum=0.9)

    def train():
        optimizer.zero_grad()
        loss = criterion(net(images), classes)
        loss.backward()
        optimizer.step()
        loss.item()

    def train_counting():
        """As ml.fit: the share of right answers beside the loss."""
        optimizer.zero_grad()
        outputs = net(images)
        loss = criterion(outputs, classes)
        loss.backward()
        optimizer.step()
        loss.item()
        (outputs.argmax(1) == classes).sum().item()

    return train_counting if request["task"] == "fit" else train


class Images(torch.utils.data.Dataset):
    def __init__(self, samples):
        self.images = torch.randint(0, 256, (samples, 32, 32, 3), dtype=torch.uint8).numpy()

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        # As torchvision's ToTensor and Normalize.
        image = torch.from_numpy(self.images[i].transpose(2, 0, 1).copy()).float().div(255)
        return (image - 0.5) / 0.5, i % 10


def train_from_loader(size, samples=6000, epochs=2):
    """Images a second of the whole run, as in the tutorial: shuffled, two workers."""
    net, criterion, images = tutorial(), nn.CrossEntropyLoss(), Images(samples)
    start = time.perf_counter()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.001, momentum=0.9)
    loader = torch.utils.data.DataLoader(images, batch_size=size, shuffle=True, num_workers=2)
    for _ in range(epochs):
        running_loss = 0.0
        for inputs, labels in loader:
            optimizer.zero_grad()
            loss = criterion(net(inputs), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
    return epochs * samples / (time.perf_counter() - start)


prepared = {}
for line in sys.stdin:
    request = json.loads(line)
    if request["task"] == "loader":
        print(json.dumps({"rate": train_from_loader(request["batch"])}), flush=True)
        continue
    key = (request["net"], request["task"], request["batch"])
    if key not in prepared:
        prepared[key] = prepare(request)
        for _ in range(5):
            prepared[key]()
    run = prepared[key]
    count = 0
    cpu_start = time.process_time()
    start = time.perf_counter()
    while True:
        run()
        count += 1
        if time.perf_counter() - start >= request["seconds"]:
            break
    images = count * request["batch"]
    rate = images / (time.perf_counter() - start)
    print(json.dumps({"rate": rate, "cpuRate": images / (time.process_time() - cpu_start)}), flush=True)
