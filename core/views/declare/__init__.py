"""Say how a model is shown. What is written here is checked when a registry is composed, then compiled.

A declaration names attributes of the model (``"party"``), attributes of a linked record (``"party.email"``)
or a Python property of the model (``"next_activity"``, shown only: it cannot be sorted, filtered or summed
by the database). Labels are lazy texts, ``_("...")``. Everything but the model may be left out.
"""

from core.views.declare.boards import Calendar, Drop, Kanban
from core.views.declare.charts import Chart, Dashboard, Kpi, ListPanel, Period
from core.views.declare.forms import Action, Ask, Field, Form, Lines, Many, Part, Section, Smart, Tab, Total
from core.views.declare.lists import Column, List, Preset
from core.views.declare.menus import Menu, MenuGroup
from core.views.declare.places import FormExtension, ListExtension, Slot

View = List | Form | Kanban | Calendar | Chart | Dashboard | ListExtension | FormExtension | Slot
"""What ``declare_views`` may return."""

__all__ = [
    "Action",
    "Ask",
    "Calendar",
    "Chart",
    "Column",
    "Dashboard",
    "Drop",
    "Field",
    "Form",
    "FormExtension",
    "Kanban",
    "Kpi",
    "Lines",
    "List",
    "ListExtension",
    "ListPanel",
    "Many",
    "Menu",
    "MenuGroup",
    "Part",
    "Period",
    "Preset",
    "Section",
    "Slot",
    "Smart",
    "Tab",
    "Total",
    "View",
]
