from django.urls import path

from capacity_plans.editing import assumption_views, change_views, line_views, views

EDIT = "versions/<int:version_id>/edit/"
LINE = f"{EDIT}lines/<int:line_id>/"
CHANGE = f"{EDIT}changes/<int:change_id>/"
ASSUMPTION = f"{EDIT}assumptions/<int:assumption_id>/"

urlpatterns = [
    path(EDIT, views.edit, name="edit"),
    path(f"{EDIT}details/", views.details, name="edit_details"),
    path(f"{EDIT}wards/", views.add_wards, name="add_wards"),
    path(f"{EDIT}order/", views.order, name="order_lines"),
    path(f"{EDIT}lines/add/", line_views.add_planned, name="add_planned_ward"),
    path(LINE, line_views.line, name="edit_line"),
    path(f"{LINE}directory/", line_views.take_directory, name="take_directory"),
    path(f"{LINE}remove/", line_views.remove, name="remove_line"),
    path(f"{LINE}changes/add/", change_views.add, name="add_change"),
    path(CHANGE, change_views.change, name="edit_change"),
    path(f"{CHANGE}move/", change_views.move, name="move_change"),
    path(f"{CHANGE}remove/", change_views.remove, name="remove_change"),
    path(f"{EDIT}assumptions/add/", assumption_views.add, name="add_assumption"),
    path(ASSUMPTION, assumption_views.assumption, name="edit_assumption"),
    path(f"{ASSUMPTION}remove/", assumption_views.remove, name="remove_assumption"),
]
