"""The partner service: units that co-operate with the community, their agreements, and cases referred to them."""
