"""A believable desk, for showing the product."""
