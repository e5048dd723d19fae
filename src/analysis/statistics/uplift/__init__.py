"""Uplift: what a treatment changes, for whom, and what a rule of whom to treat is worth."""
