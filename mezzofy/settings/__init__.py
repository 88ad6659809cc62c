"""Settings by concern; `local`, `test` and `production` are the three doors."""
