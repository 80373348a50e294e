"""Pages of the documentation of which the program writes a part, between two marks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marks:
    """Where that part begins and ends in a page."""

    begin: str
    end: str

    def renewed(self, page: str, part: str) -> str:
        """*page* with *part* between the marks; ValueError without them."""
        before, begin, rest = page.partition(self.begin)
        _, end, after = rest.partition(self.end)
        if not begin or not end:
            raise ValueError(f"there are no marks: {self.begin} … {self.end}")
        return f"{before}{begin}\n\n{part}\n\n{end}{after}"
