"""What an operator sees of a running installation: its log and its numbers, and nobody's particulars."""
