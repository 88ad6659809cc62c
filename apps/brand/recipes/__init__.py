"""Documents in Mezzofy's name that can be made again from today's prices and products."""
