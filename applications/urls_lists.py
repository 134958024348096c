"""Addresses of working on many applications at once."""

from django.urls import path

from .views import bulk, exports, lists

# They stand before the addresses of single applications, whose references are never these words.
of_list = "office/applications/"
lists_urls = [
    path(of_list, lists.office_applications, name="office_applications"),
    path(of_list + "filters/", lists.office_filters, name="office_filters"),
    path(of_list + "filters/new/", lists.office_filter_new, name="office_filter_new"),
    path(of_list + "filters/<int:pk>/", lists.office_filter, name="office_filter"),
    path(of_list + "filters/<int:pk>/delete/", lists.office_filter_delete, name="office_filter_delete"),
    path(of_list + "export/", exports.office_export, name="office_export"),
    path(of_list + "do/", bulk.office_bulk_new, name="office_bulk_new"),
    path(of_list + "do/<slug:action>/", bulk.office_bulk_options, name="office_bulk_options"),
    path(of_list + "done/", bulk.office_bulks, name="office_bulks"),
    path(of_list + "done/<int:pk>/", bulk.office_bulk, name="office_bulk"),
    path(of_list + "done/<int:pk>/discard/", bulk.office_bulk_discard, name="office_bulk_discard"),
    path(of_list + "<slug:ref>/case-file/", exports.office_case_file, name="office_case_file"),
]
