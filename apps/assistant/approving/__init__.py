"""Asking people: what must be asked, what they read, who may answer, and what is looked at afterwards."""
