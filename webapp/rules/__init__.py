"""What a paper asks of a letter.

Pure: nothing in this room knows the web, the database, the clock or the network.
The same submission, policy and date always give the same verdict, whatever the channel.
"""
