"""What the product can do, measured on the machine at hand: ``python -m tests.bench``."""
