"""Many networks on one series: which size, window, depth, rate or cell does best, and how much is luck."""
