"""Every page of the product and the way that leads there, on a desk with something to show."""
