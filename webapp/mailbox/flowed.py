"""Text of the kind format=flowed (RFC 3676): lines that a mailer broke and that may be joined again."""

SIGNATURE_MARK = "-- "
"""The line above a signature (RFC 3676, section 4.3); its space does not make it flow."""


def unflow(lines: list[str], *, joined_exactly: bool) -> list[str]:
    """Return ``lines`` with each paragraph in one; quoted lines begin with “> ”.

    Args:
        lines: Lines as they came.
        joined_exactly: Whether the last space of a line was added by the mailer (the parameter DelSp).
    """
    paragraphs: list[tuple[int, list[str]]] = []
    flows = False
    for line in lines:
        depth = len(line) - len(line.lstrip(">"))
        text = line[depth:].removeprefix(" ")
        is_mark = text == SIGNATURE_MARK
        if flows and not is_mark and paragraphs[-1][0] == depth:
            paragraphs[-1][1].append(text)
        else:
            paragraphs.append((depth, [text]))
        flows = text.endswith(" ") and not is_mark
        if flows and joined_exactly:
            paragraphs[-1][1][-1] = text[:-1]
    return [("> " if depth else "") + "".join(parts) for depth, parts in paragraphs]
