"""Pages that are made by scripts: opened in a browser that reaches public machines only.

The browser's process imports this package without Django's models: nothing is imported here.
"""
