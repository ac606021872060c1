from django.urls import include, path

from availability.exports import views
from availability.exports.tables import TABLES
from availability.exports.tokens import views as tokens

urlpatterns = [
    path("", views.exports, name="exports"),
    *(
        path(f"{table.key}/", views.table, {"table": table}, name=table.url_name)
        for table in TABLES
    ),
    path("edxl-have.xml", views.have, name="export_have"),
    path("fhir/", include("availability.exports.fhir.urls")),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/new/", tokens.new_token, name="new_token"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="revoke_token"),
]
