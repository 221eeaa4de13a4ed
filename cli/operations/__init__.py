"""The commands of those who keep the system running: dead letters, queues, processes, journeys."""
