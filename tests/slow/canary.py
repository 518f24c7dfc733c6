"""Values that stand for what must be found."""


def card(number):
    """A card number of its own, invented, with its check digit (ISO/IEC 7812-1, annex B)."""
    digits = [4] + [int(d) for d in f"{number:014d}"]
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return "".join(map(str, digits)) + str(-total % 10)
