"""The project's documents; the generated ones come from the modules beside them: `python -m docs` writes them."""
