"""Addresses of signing in, of accounts, and of the administrator's pages."""

from django.urls import path

from .views import account, audit, kept, manage, office, outbox, people, pre_election, sign_in, staying

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.sign_in_code, name="sign_in_code"),
    path("sign-in/password/", sign_in.sign_in_password, name="sign_in_password"),
    path("sign-in/password/forgotten/", sign_in.password_forgotten, name="password_forgotten"),
    path("sign-in/password/sent/", sign_in.password_link_sent, name="password_link_sent"),
    path("sign-in/password/<slug:uid>/<slug:key>/", sign_in.choose_password, name="choose_password"),
    path("sign-in/as/<int:pk>/", sign_in.sign_in_as, name="sign_in_as"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("account/", account.account, name="account"),
    path("account/create/", sign_in.create_account, name="create_account"),
    path("account/start/", sign_in.after_sign_in, name="after_sign_in"),
    path("account/stay/", staying.stay, name="stay"),
    path("account/signed-out/", staying.signed_out, name="signed_out"),
    path("kept/<slug:key>/", kept.kept_text, name="kept_text"),
    path("kept/<slug:key>/delete/", kept.kept_text_discard, name="kept_text_discard"),
    path("manage/", manage.manage_home, name="manage_home"),
    path("manage/people/", people.people, name="people"),
    path("manage/people/new/", people.person_new, name="person_new"),
    path("manage/people/<int:pk>/", people.person, name="person"),
    path("manage/people/<int:pk>/roles/", people.person_roles, name="person_roles"),
    path("manage/people/<int:pk>/close/", people.person_close, name="person_close"),
    path("manage/people/<int:pk>/open/", people.person_open, name="person_open"),
    path("manage/people/<int:pk>/invite/", people.person_invite, name="person_invite"),
    path("manage/emails/", outbox.outbox, name="outbox"),
    path("manage/emails/<int:pk>/", outbox.message, name="message"),
    path("manage/audit/", audit.audit, name="audit"),
    path("manage/office/", office.office_settings, name="office_settings"),
    path("manage/office/new/", office.office_settings_new, name="office_settings_new"),
    path("manage/office/<int:pk>/", office.office_settings_version, name="office_settings_version"),
    path("manage/pre-election/", pre_election.pre_elections, name="pre_elections"),
    path("manage/pre-election/new/", pre_election.pre_election_new, name="pre_election_new"),
    path("manage/pre-election/<int:pk>/", pre_election.pre_election_edit, name="pre_election_edit"),
    path(
        "manage/pre-election/<int:pk>/remove/", pre_election.pre_election_remove, name="pre_election_remove"
    ),
    # Names by which allauth refers to our pages.
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-in/code/", sign_in.sign_in_code, name="account_confirm_login_code"),
]
