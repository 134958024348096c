"""People: one account per person, known by their e-mail address, with one role or more."""

from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken

from .permissions import HOMES, STAFF_ROLES, Permission, Role, permissions_of


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, *, name, roles):
        """A new account. `roles` are Role values. Raises ValueError without an address or a role."""
        if not email or not roles:
            raise ValueError("An account needs an e-mail address and a role.")
        user = self.model(email=self.normalize_email(email).lower(), name=name, roles=sorted(set(roles)))
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """People who manage accounts see everyone; everyone sees themselves."""
        if user.may(Permission.READ_PEOPLE):
            return self
        return self.filter(pk=user.pk)

    def with_role(self, role):
        return self.filter(roles__contains=[role], is_active=True)


class User(AbstractBaseUser):
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    roles = ArrayField(models.CharField(max_length=20, choices=Role))
    is_active = models.BooleanField(default=True)
    is_sample = models.BooleanField(default=False, help_text="One of the demonstration's sample accounts.")
    created_at = models.DateTimeField(default=clock.now)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_whatever_case"),
            models.CheckConstraint(condition=models.Q(roles__len__gt=0), name="user_has_a_role"),
            models.CheckConstraint(
                condition=models.Q(roles__contained_by=Role.values), name="user_roles_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(roles__contains=[Role.AUDITOR]) | models.Q(roles__len=1),
                name="user_auditor_stands_alone",
            ),
        ]

    def __str__(self):
        return self.name

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(self.roles) if self.is_active else frozenset()

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Services check again. Raises RuleBroken when this person may not."""
        if not self.may(permission):
            raise RuleBroken("Your account does not allow this. Ask a colleague whose role it is.")

    @property
    def is_staff_member(self) -> bool:
        """Whether this is an account of the office or the Panel, rather than an applicant's."""
        return bool(STAFF_ROLES.intersection(self.roles))

    @property
    def roles_in_words(self) -> str:
        """'Commissioning officer, Approver'."""
        return ", ".join(Role(role).label for role in self.roles)

    @property
    def home(self) -> str:
        """The URL name of the page this person starts at."""
        return next(url_name for role, url_name in HOMES if role in self.roles)

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name


class KeptTextQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Only the person who typed it, whatever anybody's role."""
        return self.filter(user=user)


class KeptText(models.Model):
    """What a person sent after their session had ended: shown to them alone, after signing in."""

    key = models.CharField(max_length=43, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="kept_texts")
    path = models.CharField(max_length=500, help_text="The page of our own to which it was sent.")
    fields = models.JSONField(help_text="[[name, value], …] as sent, without tokens and secrets.")
    kept_at = models.DateTimeField(default=clock.now, db_index=True)

    objects = KeptTextQuerySet.as_manager()

    def __str__(self):
        return f"What {self.user} typed for {self.path}"
