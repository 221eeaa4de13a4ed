"""The volunteer service: volunteers, their teams, call-outs and hours."""
