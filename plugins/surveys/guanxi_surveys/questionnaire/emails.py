"""What counts as an e-mail address in an answer, as SurveyJS has it."""

import re
from typing import Final

LONGEST: Final = 320
_NOT: Final = r'<>()\[\].,;:\s@"'
_NAME: Final = re.compile(rf'(?:[^{_NOT}]+(?:\.[^{_NOT}]+)*|".+")')
_PLACE: Final = re.compile(rf"(?:[^{_NOT}=]+\.)+[^{_NOT}=]{{2,}}")


def is_email(text: str) -> bool:
    """Tell whether ``text`` is an address: a name, one @, and a domain with a dot."""
    if len(text) > LONGEST:
        return False
    name, at, place = text.rpartition("@")
    return bool(at and _NAME.fullmatch(name) and _PLACE.fullmatch(place))
