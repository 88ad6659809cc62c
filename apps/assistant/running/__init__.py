"""The run loop: claim, route, call tools and models, answer."""
