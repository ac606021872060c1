from django.urls import path

from capacity_plans.files import views

AT = "versions/<int:version_id>/"

urlpatterns = [
    path(f"{AT}plan.xlsx", views.export, {"kind": "xlsx"}, name="export_xlsx"),
    path(f"{AT}plan.csv", views.export, {"kind": "csv"}, name="export_csv"),
    path(f"{AT}import/", views.upload, name="import"),
    path(f"{AT}import/check/", views.check, name="import_check"),
    path(f"{AT}import/template.xlsx", views.blank, {"kind": "xlsx"}, name="import_template_xlsx"),
    path(f"{AT}import/template.csv", views.blank, {"kind": "csv"}, name="import_template_csv"),
]
