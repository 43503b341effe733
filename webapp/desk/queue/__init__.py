"""Pages about many letters: the queue, its filters, stories, decisions on selected letters.

It may import `desk.letter` and what stands above the desk. Begin with `page`.
"""
