"""RNN Playground: train a recurrent network on a real time series and watch it learn."""

__version__ = "0.2.0"
