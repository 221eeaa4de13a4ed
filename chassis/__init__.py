"""What every process stands on: transaction, outbox, inbox, calls, timers, settings."""
