"""A simulated Chinese retail bank with known truth: tables of the contract, and what generated them."""

from analysis.bank.demo.writer import write

__all__ = ["write"]
