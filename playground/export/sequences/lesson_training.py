"""The second half of the lesson: training, the best epoch, and the score beside the app's."""

from __future__ import annotations

from playground.export.lesson_training import choices_code
from playground.export.sequences.exported import AnyExported, ExportedClassifier


def training_cells(run: AnyExported) -> list[tuple[str, str]]:
    """Return the steps from the untrained network to its score; `learn_epoch` and `measure` are known by then."""
    return [(_HOW, choices_code(run.recipe.training, run.epochs[-1].epoch) + _STEP), (_TRAINING, _LOOP), _score(run)]


def _score(run: AnyExported) -> tuple[str, str]:
    if isinstance(run, ExportedClassifier):
        stated = 'score = right\nprint(f"test: {score:.4f} of the answers are right")'
    else:
        stated = (
            "score = loss / math.log(2)\n"
            'print(f"test: {score:.6f} bits a symbol, {right:.4f} of the answers that count are right")'
        )
    prose = """
The score, beside the app's

The test part was not learned from, and no epoch was chosen by it. The sums may be rounded in another
order here, so the last digits may differ.
"""
    code = f"""
loss, right = measure(test)
print(f"best epoch {{best_epoch}}, validation loss {{best_loss:.8f}}")
{stated}

APP_BEST_EPOCH, APP_BEST_LOSS = {run.best_epoch}, {run.best_loss!r}  # what the app measured
APP_SCORE = {run.score!r}  # None: it had not scored the test part yet
print(f"the app: best epoch {{APP_BEST_EPOCH}}, validation loss {{APP_BEST_LOSS:.8f}}, test {{APP_SCORE}}")
print(f"difference {{abs(best_loss - APP_BEST_LOSS):.1e}} on validation")
if APP_SCORE is not None:
    print(f"difference {{abs(score - APP_SCORE):.1e}} on test")
"""
    return prose, code


_HOW = """
How it learns

An epoch reads the training part once, in batches. After each batch the weights take a small step
against the gradient of the loss: the mean of -ln p, where p is the probability that the network gave
to the true answer. A gradient that is too long is shortened first.
"""

_STEP = """for parameter in parameters:
    parameter.grad = torch.zeros_like(parameter)


def take_step(loss):
    optimizer.zero_grad(set_to_none=False)  # a weight that this loss does not reach has a gradient of zero
    loss.backward()
    norm = torch.linalg.vector_norm(torch.cat([parameter.grad.flatten() for parameter in parameters])).item()
    if not (math.isfinite(loss.item()) and math.isfinite(norm)):
        raise ArithmeticError("training diverged; try a lower learning rate")
    if 0 < CLIP_NORM < norm:
        for parameter in parameters:
            parameter.grad.mul_(CLIP_NORM / (norm + 1e-6))
    optimizer.step()
"""

_TRAINING = """
Training

After every epoch the validation loss says how the network does on what it has not learnt from. The
weights of the best epoch are kept; later ones may have begun to learn by heart.
"""

_LOOP = """
history = []
best_epoch, best_loss, best_weights = 0, math.inf, None
for epoch in range(1, EPOCHS + 1):
    rate = next(LEARNING_RATES[since] for since in sorted(LEARNING_RATES, reverse=True) if epoch >= since)
    optimizer.param_groups[0]["lr"] = rate
    train_loss = learn_epoch(epoch)
    validation_loss, right = measure(validation)
    if not math.isfinite(validation_loss):
        raise ArithmeticError("training diverged; try a lower learning rate")
    history.append({"epoch": epoch, "train": train_loss, "validation": validation_loss})
    if validation_loss < best_loss:
        best_epoch, best_loss = epoch, validation_loss
        best_weights = {name: weight.clone() for name, weight in network.state_dict().items()}
    if epoch == 1 or epoch % max(1, EPOCHS // 10) == 0:
        print(f"epoch {epoch:4d}: loss {train_loss:.5f}, on validation {validation_loss:.5f}, {right:.1%} right")
    if 0 < PATIENCE_EPOCHS <= epoch - best_epoch:
        print(f"stopped at epoch {epoch}: no improvement for {PATIENCE_EPOCHS} epochs")
        break

network.load_state_dict(best_weights)
"""
