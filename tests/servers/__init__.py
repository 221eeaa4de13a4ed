"""RabbitMQ and PostgreSQL for tests: taken where they run, else started, else refused with the reasons."""
