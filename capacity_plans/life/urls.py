from django.urls import path

from capacity_plans.life import views, what_if_views

VERSION = "versions/<int:version_id>"

urlpatterns = [
    path("collaboratives/<int:collaborative_id>/start/", views.start, name="start"),
    path(f"{VERSION}/copy/", views.copy, name="copy"),
    path(f"{VERSION}/submit/", views.submit, name="submit"),
    path(f"{VERSION}/take-back/", views.take_back, name="take_back"),
    path(f"{VERSION}/make-draft/", views.make_draft, name="make_draft"),
    path(f"{VERSION}/discard/", views.discard, name="discard"),
    path(f"{VERSION}/compare/", views.compare, name="compare"),
    path(f"{VERSION}/what-if/", what_if_views.what_if, name="what_if"),
    path(f"{VERSION}/adjust/", what_if_views.adjust, name="adjust"),
    path("<int:plan_id>/scenarios/", what_if_views.scenarios, name="scenarios"),
    path("chance-of-no-bed/", what_if_views.chance, name="chance"),
    path("<int:plan_id>/history/", views.history, name="history"),
]
