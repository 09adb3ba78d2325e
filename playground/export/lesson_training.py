"""The second half of the lesson: training, the best epoch, and the score beside the last value's."""

from __future__ import annotations

from playground.config import GATES, TrainingChoice
from playground.export.exported import ExportedRun

CHUNK_BYTES = 16 * 2**20
"""Memory of one forward pass outside training, as in the app, so that the sums are taken in the same chunks."""


def training_cells(run: ExportedRun) -> list[tuple[str, str]]:
    """Return the steps from the untrained network to its score."""
    return [_choices(run), _predict(run), _loop(run), _score(run)]


def _choices(run: ExportedRun) -> tuple[str, str]:
    prose = """
How it learns

An epoch shows every training window once, in batches. After each batch the weights take a small step
against the gradient of the error. A gradient that is too long is shortened first.
"""
    return prose, choices_code(run.recipe.training, run.epochs[-1].epoch)


def choices_code(chosen: TrainingChoice, epochs: int) -> str:
    """Return the code that says how a network learns for so many epochs, and makes its optimizer."""
    rates = {1: chosen.learning_rate} | dict(chosen.learning_rate_changes)
    optimizer = {
        "adam": "torch.optim.Adam(network.parameters(), lr=LEARNING_RATES[1], fused=True)",
        "sgd": f"torch.optim.SGD(network.parameters(), lr=LEARNING_RATES[1], momentum={chosen.momentum!r}, fused=True)",
        "rmsprop": "torch.optim.RMSprop(network.parameters(), lr=LEARNING_RATES[1])",
    }[chosen.optimizer]
    asked = "" if epochs == chosen.epochs else f" of {chosen.epochs} asked for"
    return f"""
EPOCHS = {epochs}  # as many as the run had{asked}
BATCH_SIZE = {chosen.batch_size}
LEARNING_RATES = {rates!r}  # from which epoch on
CLIP_NORM = {chosen.clip_norm!r}  # 0 = no clipping
PATIENCE_EPOCHS = {chosen.patience_epochs}  # 0 = no early stopping

optimizer = {optimizer}
parameters = list(network.parameters())
"""


def _predict(run: ExportedRun) -> tuple[str, str]:
    chosen = run.recipe.network
    per_step = (GATES[chosen.cell] + 2) * chosen.hidden_size * 4
    chunk = max(1, CHUNK_BYTES // (run.recipe.data.window_steps * per_step))
    prose = """
What it forecasts

Forecasts are made without dropout and in chunks, so that a long series needs little memory.
"""
    code = f"""
CHUNK = {chunk}  # windows at a time


def predict(inputs):
    network.eval()
    with torch.inference_mode():
        chunks = [network(torch.tensor(inputs[i : i + CHUNK])).numpy() for i in range(0, len(inputs), CHUNK)]
    network.train()
    return np.concatenate(chunks)


def loss_on(part):
    inputs, targets, _ = windows[part]
    return float(np.mean(np.square(predict(inputs) - targets, dtype=np.float64)))
"""
    return prose, code


def _loop(run: ExportedRun) -> tuple[str, str]:
    dropout = run.recipe.network.dropout and run.recipe.network.layers > 1
    drawn = '        torch.manual_seed(derived_seed("dropout", epoch, step))\n' if dropout else ""
    prose = """
Training

After every epoch the validation loss says how the network does on values it has not learnt from. The
weights of the best epoch are kept; later ones have begun to learn the noise by heart.
"""
    return prose, _LOOP.replace("DROPOUT_SEED", drawn)


def _score(run: ExportedRun) -> tuple[str, str]:
    levels = {
        "level": "return moved",
        "change": "return values[anchors][:, np.newaxis] + np.cumsum(moved, axis=1)",
        "log_return": "return values[anchors][:, np.newaxis] * np.exp(np.cumsum(moved, axis=1))",
    }[run.recipe.data.target]
    prose = """
The score, beside the last value's

Errors are in the series' own units. The last value needs no network: it says that nothing changes. A
forecast that does not beat it has learned nothing, however good its picture looks. One that does may
still lose to another forecast without a network: the app compares it with the best of several.
"""
    code = f"""
def to_levels(outputs, anchors):
    moved = outputs.astype(np.float64) * deviation + mean  # back to the series' own units
    {levels}


def rmse(forecast, truth):
    return float(np.sqrt(np.mean(np.square(forecast - truth))))


scores = {{}}
for part in ["train", "validation"] + ["test"] * OPEN_TEST:
    inputs, _, anchors = windows[part]
    truth = values[anchors[:, np.newaxis] + np.arange(1, HORIZON_STEPS + 1)]
    forecasts = to_levels(predict(inputs), anchors)
    same_again = np.repeat(values[anchors][:, np.newaxis], HORIZON_STEPS, axis=1)
    scores[part] = {{"network": rmse(forecasts, truth), "last value": rmse(same_again, truth)}}

print(f"best epoch {{best_epoch}}, validation loss {{best_loss:.8f}}")
print(pd.DataFrame(scores).T.rename_axis("RMSE").to_string(float_format="{{:.6g}}".format))

APP_BEST_EPOCH, APP_BEST_LOSS = {run.best_epoch}, {run.best_loss!r}  # what the app measured
print(f"the app: best epoch {{APP_BEST_EPOCH}}, validation loss {{APP_BEST_LOSS:.8f}}")
print(f"difference {{abs(best_loss - APP_BEST_LOSS):.1e}} (sums are rounded in another order here)")
"""
    return prose, code


_LOOP = """
history = []
best_epoch, best_loss, best_weights = 0, math.inf, None
diverged = False
for epoch in range(1, EPOCHS + 1):
    rate = next(LEARNING_RATES[since] for since in sorted(LEARNING_RATES, reverse=True) if epoch >= since)
    optimizer.param_groups[0]["lr"] = rate
    shuffle = torch.Generator().manual_seed(derived_seed("order", epoch))
    order = torch.randperm(len(train_inputs), generator=shuffle)
    loss_sum = 0.0
    for step, rows in enumerate(order.split(BATCH_SIZE)):
        optimizer.zero_grad()
DROPOUT_SEED        loss = nn.functional.mse_loss(network(train_inputs[rows]), train_targets[rows])
        loss.backward()
        norm = torch.linalg.vector_norm(torch.cat([p.grad.flatten() for p in parameters])).item()
        diverged = not (math.isfinite(loss.item()) and math.isfinite(norm))
        if diverged:
            break
        if 0 < CLIP_NORM < norm:
            for parameter in parameters:
                parameter.grad.mul_(CLIP_NORM / (norm + 1e-6))
        optimizer.step()
        loss_sum += loss.item() * len(rows)
    validation_loss = math.nan if diverged else loss_on("validation")
    if not math.isfinite(validation_loss):
        print(f"epoch {epoch}: training diverged; try a lower learning rate")
        break
    history.append({"epoch": epoch, "train": loss_sum / len(order), "validation": validation_loss})
    if validation_loss < best_loss:
        best_epoch, best_loss = epoch, validation_loss
        best_weights = {name: weight.clone() for name, weight in network.state_dict().items()}
    if epoch == 1 or epoch % max(1, EPOCHS // 10) == 0:
        print(f"epoch {epoch:4d}: loss {loss_sum / len(order):.5f}, on validation {validation_loss:.5f}")
    if 0 < PATIENCE_EPOCHS <= epoch - best_epoch:
        print(f"stopped at epoch {epoch}: no improvement for {PATIENCE_EPOCHS} epochs")
        break

losses = pd.DataFrame(history).set_index("epoch")
if best_weights is not None:
    network.load_state_dict(best_weights)
"""
