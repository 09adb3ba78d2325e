"""The recurrent networks: torch's fused layers to train with, and their equations to explain them."""
