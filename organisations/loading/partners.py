"""The providers that a collaborative's source names."""

import re

from organisations.closing import still_open
from organisations.loading.rows import Row
from organisations.models import Organisation

INDEPENDENT = "independent_provider"


class Partners:
    """Finds the open providers that a collaborative's source names, by ODS code or by name."""

    def __init__(self) -> None:
        self.by_code: dict[str, int] = {}
        self.independent: dict[str, int] = {}
        for pk, code, name, kind in Organisation.objects.filter(still_open("")).values_list(
            "id", "ods_code", "name", "kind"
        ):
            self.by_code[code] = pk
            if kind == INDEPENDENT:
                self.independent[name] = pk

    def lead(self, row: Row) -> int | None:
        code = row.text("lead_provider_ods")
        if code and code not in self.by_code:
            raise row.wrong(f"lead_provider_ods {code!r} is not an open organisation.")
        return self.by_code.get(code)

    def members(self, row: Row) -> list[int]:
        """The lead, then the partners: 'RW4 Mersey Care' by code, 'Priory' by a name's beginning.

        Whom the directory lacks, or a name that fits several, is left for the helpdesk to add.
        """
        found = [self.lead(row)]
        for partner in row.text("partners_named_in_source").split(";"):
            name = partner.strip()
            code = re.match(r"[A-Z0-9]{3,5}\b", name)
            if code and code[0] in self.by_code:
                found.append(self.by_code[code[0]])
            elif name and not code:
                fitting = [pk for own, pk in self.independent.items() if own.startswith(name)]
                found.extend(fitting if len(fitting) == 1 else [])
        return list(dict.fromkeys(pk for pk in found if pk))
