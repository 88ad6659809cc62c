"""How good the agents are: cases, a runner that plays them without effect, and a verdict by column."""
