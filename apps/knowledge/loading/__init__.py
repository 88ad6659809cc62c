"""From files of the knowledge folder to passages that each answer by themselves."""
