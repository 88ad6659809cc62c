"""Everything that runs the platform; `deploy.local` is the launcher behind the Makefile."""
