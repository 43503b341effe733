"""The desk's people: who they are, how they get in, what they may do."""
