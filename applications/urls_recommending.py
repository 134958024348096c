"""Addresses of the recommendation of a round, its decision pack and its decisions."""

from django.urls import path

from .views import batch, line, packs

of_round = "office/rounds/<int:pk>/"
pack = of_round + "pack/<int:number>/"

recommending_urls = [
    path(of_round + "recommend/line/", line.office_round_line, name="office_round_line"),
    path(of_round + "pack/", packs.office_round_packs, name="office_round_packs"),
    path(pack, packs.decision_pack, name="decision_pack"),
    path(pack + "pdf/", packs.decision_pack_pdf, name="decision_pack_pdf"),
    path(pack + "word/", packs.decision_pack_word, name="decision_pack_word"),
    path("decide/rounds/<int:pk>/", batch.decide_round, name="decide_round"),
]
