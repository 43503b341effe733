"""The reader's door: the form, the receipt, the writer's own page."""
