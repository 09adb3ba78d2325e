"""Every term in one sentence; widgets, captions and notes all take their help from here."""

GLOSSARY: dict[str, str] = {
    "series": "The values in time order that the network reads.",
    "length_steps": "How many points the synthetic series has.",
    "period_steps": "After how many steps the pattern repeats.",
    "second_period_steps": "The period of the second, weaker wave.",
    "noise": "Standard deviation of the random part that comes in at every step; nothing can predict it.",
    "trend": "How far the series climbs from its first point to its last, in amplitudes.",
    "ar_coefficient": "How much of each value carries over into the next one: 0 is pure noise, near 1 is slow drift.",
    "data_seed": "Starting number of the random part of the series: the same seed gives the same series.",
    "ticker": "The symbol of a listed stock, such as AAPL or ^GSPC.",
    "start": "First day of prices to fetch.",
    "end": "Day after the last price to fetch.",
    "target": "What the network learns to predict: the next value, the change from the value before, "
    "or the log of the ratio of the two.",
    "window_steps": "Window: how many past values the network reads before each forecast.",
    "horizon_steps": "Horizon: how many steps ahead each forecast reaches.",
    "extra_inputs": "Further columns of the series that the network reads beside the target, at the same steps.",
    "calendar": "Adds where in the year, week and day each step is, as a sine and a cosine each.",
    "season_steps": "Season: after how many steps the pattern repeats; the seasonal baseline goes back that far.",
    "autocorrelation": "Autocorrelation: how alike the series and its own values some steps earlier are, "
    "from -1 (opposite) over 0 (neither follows the other in a straight line) to 1 (the same up to scale).",
    "train_fraction": "Share of the series, from its start, that the network learns from.",
    "validation_fraction": "Share of the series that is never trained on and tells when to stop.",
    "gap_steps": "Points left out between the parts, so that neighbours do not stand on both sides of a border.",
    "cell": "The recurrent layer: a plain RNN, an LSTM with a gated cell state, or a GRU with two gates.",
    "nonlinearity": "The function that makes the plain RNN's new state: tanh squashes to -1..1, sigmoid to 0..1; "
    "ReLU cuts off below 0 and has no upper bound, so the state may grow.",
    "hidden_size": "Hidden size: how many units each layer has. A layer of an RNN or GRU hands that many numbers on to "
    "the next step, a layer of an LSTM twice as many: hidden and cell state.",
    "layers": "How many recurrent layers stand on top of each other; each reads the hidden states of the one below.",
    "dropout": "Share of values between the layers set to zero at random during training, against overfitting.",
    "initialisation": "How W_hh, the weights from state to state, begins: uniform small numbers (torch's way), or an "
    "orthogonal matrix, which turns the state without shrinking it; each gate has its own.",
    "spectral_radius": "Spectral radius: the largest absolute eigenvalue of W_hh. In the long run a linear memory "
    "fades below 1 and explodes above. The dial scales the initial W_hh to it, in an LSTM or GRU each gate's block.",
    "optimizer": "The rule that turns gradients into weight changes.",
    "learning_rate": "Learning rate: how far each step moves the weights; too high may diverge, too low crawls.",
    "momentum": "Share of the previous weight change that SGD carries into the next.",
    "batch_size": "How many windows are averaged for each weight update.",
    "epochs": "An epoch is one pass over all training windows; this is the most passes to make.",
    "clip_norm": "Clip: the gradient is scaled down when its norm is larger than this; 0 means never.",
    "patience_epochs": "Stop early when validation loss has not improved for this many epochs; 0 means never.",
    "seed": "Starting number of the weights and of the order of windows: the same seed gives the same run.",
    "baseline": "Baseline: a forecast that needs no network, like 'same as the step before'. A network has to beat the "
    "best of them.",
    "skill": "Skill: by how much the network's RMSE is below that of the best baseline, in percent. Ties: another "
    "stretch of the same kind could turn the difference around.",
    "skill_of_list": "Skill: by how much the RMSE on validation is below that of 'same as the step before', in "
    "percent. Another baseline may be better: see Forecasts.",
    "loss": "Loss: the mean squared error in scaled units, where 1 is the variance of the training target.",
    "test": "The last part of the series, kept for one honest look at the end.",
    "part": "The network learns from training, is chosen by validation, and is judged by test, once, at the end.",
    "way": "One step: every forecast from true values. Direct: the whole horizon at once from true values. "
    "Free run: the network reads its own forecasts.",
    "origin": "Origin: the last true value that the network is given; everything after it is forecast.",
    "measured_limits": "Limits: forecast ± as far off as forecasts from the past were, this many steps ahead, in 50, "
    "80 and 90 of 100 cases. Where there are too few to tell, there are none.",
    "refit": "Refit: once judged, the same recipe is trained anew on all rows, for as many epochs as were best. "
    "Nothing is left to judge that network by.",
    "seed_mean": "Trains the same recipe with other seeds and takes the mean of their forecasts.",
    "interval": "Prediction interval: forecast ± a width that held this share of the validation errors.",
    "copycat": "Copycat: forecasts that match the value already known far better than the value they are for, and are "
    "no better than repeating it.",
    "backtest": "Backtest: forecasts made as if from many past moments, each compared with what then came.",
    "residual": "Residual: what a forecast leaves over, truth minus forecast.",
    "unit": "Unit: one of the numbers of the hidden state, with its own weights; counted from 0.",
    "window_shown": "Which window of the validation part the network reads here; the network never learned from it.",
    "tiny": "Your own network has as many units as you chose; the tiny one has two, so that every number fits; the "
    "hand-made cell reads a name letter by letter, with the settings of its own page.",
    "stretch": "Stretch: the positions at which the states are read; each is read from the window that ends there.",
    "quantity": "What each unit shows: its hidden state h, the LSTM's cell state c, or a gate (0 = closed, 1 = open).",
    "order_units": "Which units stand side by side: those that behave alike or follow the input, or by number.",
    "correlation": "Correlation: +1 means that the two rise and fall together, −1 that one rises as the other falls, "
    "0 that neither follows the other in a straight line; they may still be related in another way.",
    "span": "Span: a part of the stretch; the page finds where else the network was in nearly the same states.",
    "principal": "Every point is the whole hidden state after one window, seen along the directions in which they "
    "vary most (principal components). Near points are moments with like states, as far as these directions show.",
    "influence": "Gradient: how far the forecast moves when that input moves a little (1 = as far as the input). "
    "Occlusion: how far the forecast moves when that input is put in place of its training mean.",
    "weight_maps": "Each cell is one weight: orange adds, blue subtracts, faint does little. Rows are units, gate by "
    "gate; columns are what they read.",
    "leak": "Leak: information that a real forecast would not have, but that reaches training, choice or score.",
    "seed_verdict": "Better: luck alone rarely brings an order of the seeds this clear. Tie: these seeds do not tell "
    "the recipes apart. Too few seeds: no outcome could.",
    "kind_of_run": "Runs are compared with their like: what a forecast and a classifier lose has no common scale.",
    "smoothing": "Averages the loss over about so many epochs, the latest most; the thin line stays the raw loss.",
    "seed_band": "From the best to the worst seed of a recipe at every epoch, with their median as the line.",
    "state_statistics": "Saturated: share of values with |h| above 0.95, where a unit hardly reacts. Still units "
    "hardly move. Directions used: in how many directions the state really moves (participation ratio). "
    "Step-to-step memory: correlation of a unit with itself one step earlier.",
    "fresh": "Fresh data: the end of the series, held back from training, scaling and choosing alike.",
    "gradient_profile": "Gradient over time: how much the loss would change if the state at an earlier step were a "
    "little different. Where it is nearly 0, for an LSTM both by h and by c, hardly anything can be learned of it.",
    "gradient_left": "Gradient left: |dL/dh| at the first step of the window, as a share of that at the last; for an "
    "LSTM the larger of |dL/dh| and |dL/dc| at both. Below a millionth in every layer the page calls it vanished.",
    "eigenvalues": "Eigenvalues of W_hh: by what the matrix stretches and turns the state in its own directions. In "
    "the long run what lies inside the unit circle shrinks and what lies outside grows; a few steps may do otherwise.",
    "memory_ruler": "Memory ruler: nine tenths of the squared influence on the forecast come from the last input and "
    "this many inputs before it.",
    "watched_epoch": "Goes back through the training; 0 is the untrained network.",
    "equal_networks": "What the three cells have in common: the hidden size, or about as many trainable numbers as "
    "your network has.",
    "saturated": "Saturated: how much of the time a unit or gate is at the flat end of tanh or sigmoid, where hardly "
    "any gradient passes. For a gate that need not be bad: f near 1 keeps the memory.",
    "sweep": "Sweep: the same network trained again and again with one thing changed, several seeds each time.",
    "seed_spread": "Seed spread: how far results differ when only the starting weights and the order of windows do.",
    "one_standard_error": "One-standard-error rule: take the smallest network whose mean error is within one standard "
    "error of the lowest. It is a pick; best is only what beats every other by the exact rank test over seeds.",
    "time_limit": "Training rests when this time is over; what is trained stays, and it can go on.",
    "difficulty": "How long the network must hold on to what it read before it may answer.",
    "memory_steps": "Budget: weight updates, each on 64 sequences never seen before.",
    "memory_seconds": "Budget: seconds of training for each network; whichever budget is used up first ends it.",
    "solved": "Solved: the error on 2,000 test sequences is at most a tenth of what the best constant answer makes.",
    "shown_sequences": "They are drawn apart from the sequences for training, for choosing the best moment and for "
    "the score.",
    "task": "What is classified: each sequence belongs to one of several classes.",
    "sequence_unit": "What the network reads at each step of a text: one letter, or one word or sign.",
    "sequence_cell": "The hand-made cell of many first articles, or torch's RNN, LSTM or GRU.",
    "sigma": "σ: the function that squashes the sum before it becomes the new state, here tanh. The formula has it, "
    "the usual code forgets it.",
    "output_path": "What the output is read from: the new hidden state, or the input beside the old hidden state.",
    "spoken_words": "What is told apart: words spoken by a speech synthesiser, or words that you speak yourself.",
    "log_mel": "Log-mel: how loud each of 32 bands of sound is, in decibels; the bands are spaced about as the ear "
    "hears, narrow for low sounds and wide for high ones.",
    "frame": "Frame: 25 ms of sound as one row of log-mel numbers; the next begins 10 ms later.",
    "held_out_sample": "A sample that the network did not learn from: it helped to choose the epoch or judges it.",
    "verdict": "Verdict: the probabilities of all classes after each step; they add up to 100%.",
    "reading_states": "Hidden state: one number for each unit, carried on from step to step (by an LSTM beside its "
    "cell state). Rows that do alike stand side by side once the training rests; while it goes on they are in the "
    "order of the units.",
    "macro_f1": "Macro F1: the mean over the classes of 2 right / (2 right + false alarms + missed).",
    "macro_accuracy": "Macro accuracy: the mean over the classes of the share that is recognised; each class counts "
    "alike, however many sequences it has.",
    "stratified": "Stratified: every class is dealt out to training, validation and test by the same shares.",
    "export_script": "The script tells the run as a lesson in plain torch, reaches the same score and goes on to what "
    "comes next; the notebook is the same in Jupyter. The recipe goes to the command line: python -m playground train "
    "recipe.json --out run/.",
    "take_home_script": "The script tells the run as a lesson in plain torch and numpy, with all that the network "
    "learns from, and reaches the same score; the notebook is the same in Jupyter.",
    "take_home_network": "Run file: the best weights as safetensors, which torch loads as they are, with recipe and "
    "history, without what was learned from. ONNX: for other programs; it says after every step how likely each answer "
    "is. Both tell what each place of input and output means.",
    "export_report": "One HTML file each with everything inside: they open without internet, the report prints well.",
    "export_weights": "Run file: the best weights as safetensors with recipe and history; it can be opened here again, "
    "and torch loads it as it is. ONNX: for other programs, from what was measured to forecasts in the same unit.",
    "run_file": "Shows a run that was exported as a file, as one of yours. The file is checked first; no code in it "
    "is run.",
    "keys": "Keys that each tune is learned in: 3 means also a semitone up and down. Held-out tunes stay in theirs.",
    "bits": "Bits: how surprising the next symbol was, -log2 of its probability; 1 bit is a coin toss, 0 is certainty.",
    "corpus": "What the network learns from, letter by letter: at each place it says how likely every letter is next.",
    "stretch_steps": "Stretch: how many symbols are read before the weights move. Gradients reach back to its "
    "beginning (truncated backpropagation through time); the state is carried on beyond it.",
    "asked_right": "Counted only where the next letter is determined. The table of counts answers with the most "
    "frequent letter after the same two.",
    "text_shade": "Surprise: the bits that each letter needed. A unit: its value after each letter, between -1 and 1.",
    "bracket_depth": "Depth: how many brackets are open. For each unit the correlation with it is computed on held-out "
    "text; the unit with the largest is named.",
    "letter_influence": "How far the logarithm of the probability of the framed letter moves when the numbers of an "
    "earlier letter move a little: the norm of that gradient.",
    "temperature": "Temperature: below 1 the network sticks to what it takes for likely, above 1 it dares more.",
}
