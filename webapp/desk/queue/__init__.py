"""The queue and other pages on many letters: list, filters, articles, bulk decisions.

It may import `desk.letter`. Begin with `page`.
"""
