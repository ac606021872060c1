"""What is said to a program that gets nothing, in the format of what it asked for."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

FHIR_JSON = "application/fhir+json; charset=utf-8"
# Of FHIR's issue types, what each status means.
ISSUE_TYPES = {400: "invalid", 401: "login", 404: "not-found", 406: "not-supported"}


def problem(request: HttpRequest, status: int, text: str, **headers: str) -> HttpResponse:
    """An answer with the reason: an OperationOutcome below the addresses of FHIR, else text."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    given: dict[str, Any] = {"status": status, "headers": {"Cache-Control": "no-store", **named}}
    match = request.resolver_match
    if match and match.url_name and match.url_name.startswith("fhir"):
        issue = {
            "severity": "error",
            "code": ISSUE_TYPES.get(status, "throttled"),
            "diagnostics": text,
        }
        outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
        return JsonResponse(outcome, content_type=FHIR_JSON, **given)
    return HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8", **given)
