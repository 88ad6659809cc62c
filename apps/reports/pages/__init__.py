"""The pages of reports in the back office."""
