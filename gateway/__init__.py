"""The one HTTP door: JSON API, documentation and readiness."""
