from django.apps import AppConfig


class CapacityPlansConfig(AppConfig):
    name = "capacity_plans"
