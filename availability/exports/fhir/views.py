"""FHIR R4: reading and searching, and what the server can do."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode

from accounts.access import SignedInRequest
from availability.exports.access import export, is_by_token
from availability.exports.answers import FHIR_JSON, problem
from availability.exports.fhir.capabilities import capability_statement
from availability.exports.fhir.sources import SOURCES, Page, key_of, one, page_of

USUAL_COUNT, MOST = 100, 500
FORMATS = ("json", "application/json", "application/fhir+json")


class BadQuestion(Exception):
    """What was asked is not understood; `str(error)` says what."""


def base_of(request: SignedInRequest) -> str:
    """The address below which resources are, without a slash at its end."""
    return request.build_absolute_uri(reverse("availability:fhir_metadata")).rpartition("/")[0]


def answer(resource: dict[str, Any]) -> HttpResponse:
    return JsonResponse(resource, content_type=FHIR_JSON)


@export
def metadata(request: SignedInRequest) -> HttpResponseBase:
    """The CapabilityStatement."""
    return answer(capability_statement(base_of(request)))


@export
def read(request: SignedInRequest, kind: str, key: str) -> HttpResponseBase:
    """One resource."""
    found = one(kind, key, user=request.user, base=base_of(request))
    if found:
        return answer(found)
    if is_by_token(request):
        return problem(request, 404, f"There is no {kind} with this id.")
    raise Http404


@export
def search(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """Resources of a type, a page at a time."""
    try:
        asked = parameters_of(request, kind)
    except BadQuestion as error:
        return problem(request, 400, str(error))
    page = page_of(kind, user=request.user, base=base_of(request), **asked)
    return answer(bundle(request, kind, page))


def parameters_of(request: SignedInRequest, kind: str) -> dict[str, Any]:
    """What `page_of` takes. A parameter that is not known is refused: it would narrow nothing."""
    known = {"_count", "_after", "_format", *(["partof"] if kind == "Location" else [])}
    if unknown := sorted(set(request.GET) - known):
        raise BadQuestion(f"Unknown parameter: {unknown[0][:40]!a}.")
    if request.GET.get("_format", FORMATS[0]).replace(" ", "+") not in FORMATS:
        raise BadQuestion("_format: only JSON is answered.")
    count = request.GET.get("_count", str(USUAL_COUNT))
    if not (count.isascii() and count.isdecimal() and len(count) < 10 and int(count)):
        raise BadQuestion("_count: a number from 1 is wanted.")
    return {
        "count": min(int(count), MOST),
        "after": given_key(request, "_after", [source.prefix for source in SOURCES[kind]]),
        "part_of": given_key(request, "partof", ["site", "ward"]),
    }


def given_key(request: SignedInRequest, name: str, prefixes: list[str]) -> Any:
    text = request.GET.get(name)
    if text is None:
        return None
    key = key_of(text.removeprefix("Location/"))
    if key is None or key[0] not in prefixes:
        raise BadQuestion(f"{name}: an id such as {prefixes[0]}-17 is wanted.")
    return key


def bundle(request: SignedInRequest, kind: str, page: Page) -> dict[str, Any]:
    """A searchset, with the address of the next page if there is one."""
    base = base_of(request)
    link = [{"relation": "self", "url": request.build_absolute_uri()}]
    if page.last:
        asked = {**request.GET.dict(), "_after": page.last}
        link.append({"relation": "next", "url": f"{base}/{kind}?{urlencode(asked)}"})
    found: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": link}
    if page.resources:
        found["entry"] = [
            {
                "fullUrl": f"{base}/{kind}/{resource['id']}",
                "resource": resource,
                "search": {"mode": "match"},
            }
            for resource in page.resources
        ]
    return found
