"""How often a sentence of the app is said when it is false: each simulated where the truth is known.

One module here per family of sentences. It has a function `measure(share) -> list[Claim]`, which simulates
`share` of its usual tries with `simulate`, and a section with its marks in docs/calibration.md. Nothing else
is needed: every module without an underscore is found.
"""
