from django.urls import path

from availability.exports.fhir import views
from availability.exports.fhir.sources import SOURCES

urlpatterns = [
    path("metadata", views.metadata, name="fhir_metadata"),
    *(
        path(kind, views.search, {"kind": kind}, name=f"fhir_{kind.lower()}_search")
        for kind in SOURCES
    ),
    *(
        path(f"{kind}/<str:key>", views.read, {"kind": kind}, name=f"fhir_{kind.lower()}")
        for kind in SOURCES
    ),
]
