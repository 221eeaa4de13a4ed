"""The demo community 陇海路社区: invented people at real places, the same for the same seed."""


def fill_demo(base_url: str) -> dict[str, int]:
    """Fill the demo community into the system at this address; what was new or changed."""
    from cli.api import connect
    from cli.demo.filling import fill

    return fill(connect(base_url))
