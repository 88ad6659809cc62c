"""The models we can reach, behind one protocol."""
