#!/usr/bin/env python3
"""A PyTorch script that was written for wandb: `import wandb` became the third line below, and
nothing else changed. Needs torch."""
import winnow as wandb
import torch

run = wandb.init(config={"lr": 0.01, "width": 16, "epochs": 30})
torch.manual_seed(0)
inputs = torch.linspace(-3, 3, 200).unsqueeze(1)
targets = torch.sin(inputs) + 0.1 * torch.randn_like(inputs)
model = torch.nn.Sequential(
    torch.nn.Linear(1, run.config.width), torch.nn.Tanh(), torch.nn.Linear(run.config.width, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=run.config.lr)
for epoch in range(run.config.epochs):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(inputs), targets)
    loss.backward()
    optimizer.step()
    wandb.log({"loss": loss.item()}, step=epoch + 1)
