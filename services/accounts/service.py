"""The accounts service's table of contents."""

from collections.abc import Callable
from typing import Any

from chassis.calls import answers
from chassis.config import read
from chassis.events import hears
from chassis.mailing import Mailing
from chassis.robots import Speaking
from chassis.storage import Clock, NeedsSecret, OwnSettings, Reading, Storage
from chassis.texting import Texting
from chassis.timers import every
from chassis.unit_of_work import UnitOfWork, utc_now
from contracts.accounts import schemas
from contracts.accounts.errors import CodesAreOff
from contracts.accounts.schemas import audit as audit_schemas
from contracts.accounts.schemas import notices as notice_schemas
from contracts.event import PeriodApplied
from contracts.grievance.events import (
    CasesForgotten,
    GrievanceAccepted,
    GrievanceCancelled,
    GrievanceClosed,
    GrievanceEscalated,
    GrievanceFiled,
    GrievanceGoesOn,
    GrievancePaused,
    GrievanceRejected,
    GrievanceReopened,
    GrievanceResolved,
    LeaderReminded,
    PicturesForgotten,
    ReplyGiven,
)
from contracts.health.events import FindingsForgotten, HomeVisitPlanned
from contracts.organization.events import (
    EscalationRaised,
    LeaderAssigned,
    LeaderChanged,
    LeaderMissing,
    PersonErased,
    PersonMerged,
    PlacesImported,
    ResidentsForgotten,
)
from contracts.partner.events import PartnerReferred, ReferralWordsForgotten
from contracts.volunteer.events import (
    DispatchStoodDown,
    PairingsForgotten,
    VolunteersDispatched,
    VolunteerWordsForgotten,
)
from services.accounts.config import AccountsSettings, AuditSettings, NoticesSettings
from services.accounts.domain.choices import Channel
from services.accounts.domain.notices import Kind
from services.accounts.handlers import (
    accounts,
    audit,
    codes,
    disabling,
    first,
    keys,
    merging,
    notice_choices,
    notices,
    passwords,
    removing,
    second_factor,
    sending,
    signing_in,
)
from services.accounts.handlers.secrecy import KEY, Passwords, hash_of
from services.accounts.persistence import REPOSITORIES, metadata
from services.accounts.persistence.seals_file import SealsFile
from services.accounts.queries import accounts as shown
from services.accounts.queries import audit as audit_shown
from services.accounts.queries import holders
from services.accounts.queries import keys as shown_keys
from services.accounts.queries import notices as notices_shown


class AccountsService:
    """The door of the accounts service: who people are, what they hold where, and who holds which token."""

    name = "accounts"

    uow = Storage(metadata, **REPOSITORIES)
    reading = Reading()
    settings = OwnSettings("ACCOUNTS", AccountsSettings)
    audit_settings = OwnSettings("AUDIT", AuditSettings)
    notice_settings = OwnSettings("NOTICES", NoticesSettings)
    clock = Clock()
    secret = NeedsSecret()
    send_text = Texting()
    send_mail = Mailing()
    say_in_group = Speaking()
    passwords = Passwords()

    @staticmethod
    def begin(uow: UnitOfWork, tell: Callable[[str, str], None]) -> None:
        """Before the first question of all: see to it that somebody can make accounts."""
        first.make_first_administrator(uow, tell, passwords=Passwords(), now=utc_now())
        if key := read("ACCOUNTS", AccountsSettings).first_key:
            first.make_first_key(uow, key, now=utc_now())

    # -- signing in and out

    @answers(schemas.SignIn)
    def sign_in(self, command: dict[str, Any]) -> dict[str, Any]:
        """Open a session for whoever proves to be the one of this name."""
        return signing_in.sign_in(self.uow, command, passwords=self.passwords, settings=self.settings, now=self.clock())

    @answers(schemas.Who)
    def who(self, query: dict[str, Any]) -> dict[str, Any]:
        """Whoever holds this token."""
        find, note_use = (
            (holders.by_key, keys.note_use)
            if query["token"].startswith(KEY)
            else (holders.by_session, signing_in.note_use)
        )
        now = self.clock()
        with self.reading() as connection:
            holder = find(connection, hash_of(query["token"]), now=now)
        note_use(self.uow, holder.id, holder.used_at, now=now)
        return holder.shown

    @answers(schemas.SignOut)
    def sign_out(self, command: dict[str, Any]) -> dict[str, Any]:
        """End the session of this token."""
        return {"ended": signing_in.sign_out(self.uow, command["token"])}

    @answers(schemas.SignOutEverywhere)
    def sign_out_everywhere(self, command: dict[str, Any]) -> dict[str, Any]:
        """End every session of an account."""
        return {"ended": signing_in.sign_out_everywhere(self.uow, command["account"])}

    @every(minutes=1)
    def forget_expired(self) -> None:
        """Forget sessions and codes that have reached their end, and tries of long ago."""
        signing_in.forget_expired(self.uow, now=self.clock())
        codes.forget_codes(self.uow, now=self.clock())

    @every(hours=1)
    def forget_closed(self) -> None:
        """Remove accounts that were closed long ago."""
        now, period = self.clock(), self.settings.closed_period
        with self.reading() as connection:
            closed = shown.closed_before(connection, period.began(now), without=first.MADE_FIRST)
        removing.forget_closed(self.uow, closed, period, now=now)

    # -- one-time codes

    @answers(schemas.SendCode)
    def send_code(self, command: dict[str, Any]) -> dict[str, Any]:
        """Send a one-time code, if this telephone may sign in."""
        if self.send_text is None:
            raise CodesAreOff
        return codes.send_code(self.uow, command, settings=self.settings, now=self.clock())

    @every(seconds=1)
    def send_codes(self) -> None:
        """Send the codes that wait to be sent."""
        if self.send_text is not None:
            codes.send_waiting(self.uow, self.send_text, self.clock)

    @answers(schemas.SignInByCode)
    def sign_in_by_code(self, command: dict[str, Any]) -> dict[str, Any]:
        """Open a session for whoever has the code that was sent."""
        return codes.sign_in_by_code(self.uow, command, settings=self.settings, now=self.clock())

    # -- passwords and the second factor

    @answers(schemas.ChangePassword)
    def change_password(self, command: dict[str, Any]) -> dict[str, Any]:
        """Change one's own password; every other session ends."""
        with self.reading() as connection:
            holder = holders.by_session(connection, hash_of(command["token"]), now=self.clock())
        given = {"session": holder.id, "old": command["old"], "new": command["new"]}
        return {"ended": passwords.change_password(self.uow, holder.shown["account"], **given, **self._means())}

    @answers(schemas.ChangeAccount)
    def reset_password(self, command: dict[str, Any]) -> dict[str, Any]:
        """Give somebody who forgot the password another one."""
        means = {"passwords": self.passwords, "settings": self.settings}
        return {"password": passwords.reset_password(self.uow, command["id"], by=command["by"], **means)}

    @answers(schemas.BeginTotp)
    def begin_totp(self, command: dict[str, Any]) -> dict[str, Any]:
        """Draw a secret for the second factor."""
        passwords.check_own_password(self.uow, command["account"], command["password"], **self._means())
        return second_factor.begin_totp(self.uow, command["account"])

    @answers(schemas.ConfirmTotp)
    def confirm_totp(self, command: dict[str, Any]) -> dict[str, Any]:
        """Switch the second factor on."""
        recovery = second_factor.confirm_totp(self.uow, command["account"], command["code"], now=self.clock())
        return {"recovery": recovery}

    @answers(schemas.RemoveTotp)
    def remove_totp(self, command: dict[str, Any]) -> dict[str, Any]:
        """Switch the second factor off."""
        given = {name: command[name] for name in ("code", "by")}
        second_factor.remove_totp(self.uow, command["account"], now=self.clock(), **given)
        return self._account(command["account"])

    # -- accounts and what they hold

    @answers(schemas.CreateAccount)
    def create_account(self, command: dict[str, Any]) -> dict[str, Any]:
        """Make an account and show it, with its one-time password."""
        password = accounts.create_account(self.uow, command, passwords=self.passwords, now=self.clock())
        return self._account(command["id"]) | {"password": password}

    @answers(schemas.GrantRole)
    def grant_role(self, command: dict[str, Any]) -> dict[str, Any]:
        """Let an account hold a role at a place, and show it."""
        accounts.grant_role(self.uow, command, now=self.clock())
        return self._account(command["account"])

    @answers(schemas.RevokeRole)
    def revoke_role(self, command: dict[str, Any]) -> dict[str, Any]:
        """Let an account hold a role no longer, and show it."""
        accounts.revoke_role(self.uow, now=self.clock(), **command)
        return self._account(command["account"])

    @answers(schemas.ListAccounts)
    def list_accounts(self, query: dict[str, Any]) -> dict[str, Any]:
        """Accounts that whoever asks may manage, by name."""
        with self.reading() as connection:
            return shown.list_accounts(connection, **query)

    @answers(schemas.GetAccount)
    def get_account(self, query: dict[str, Any]) -> dict[str, Any]:
        """One account: one's own, or one that whoever asks may manage."""
        with self.reading() as connection:
            return shown.get_visible_account(connection, query["id"], by=query["by"])

    @answers(schemas.ChangeAccount)
    def disable_account(self, command: dict[str, Any]) -> dict[str, Any]:
        """Let nobody sign in to an account any more, and show it."""
        disabling.disable_account(self.uow, command["id"], by=command["by"], now=self.clock())
        return self._account(command["id"])

    @answers(schemas.ChangeAccount)
    def enable_account(self, command: dict[str, Any]) -> dict[str, Any]:
        """Let it be signed in to again, and show it."""
        disabling.enable_account(self.uow, command["id"], by=command["by"])
        return self._account(command["id"])

    # -- keys

    @answers(schemas.CreateKey)
    def create_key(self, command: dict[str, Any]) -> dict[str, Any]:
        """Make a key for a program, and show it this once."""
        key = keys.create_key(self.uow, command, now=self.clock())
        return self._key(command["id"]) | {"key": key}

    @answers(schemas.ListKeys)
    def list_keys(self, query: dict[str, Any]) -> dict[str, Any]:
        """The keys of whoever asks, and of accounts that he manages."""
        with self.reading() as connection:
            return shown_keys.list_keys(connection, **query)

    @answers(schemas.RevokeKey)
    def revoke_key(self, command: dict[str, Any]) -> dict[str, Any]:
        """Let a key open nothing any more, and show it."""
        keys.revoke_key(self.uow, command["id"], by=command["by"], now=self.clock())
        return self._key(command["id"])

    def _means(self) -> dict[str, Any]:
        return {"passwords": self.passwords, "settings": self.settings, "now": self.clock()}

    def _key(self, id: Any) -> dict[str, Any]:
        with self.reading() as connection:
            return shown_keys.get_key(connection, id)

    # -- the audit of reads

    @answers(audit_schemas.RecordReads, together=True)
    def record_reads(self, command: dict[str, Any]) -> dict[str, int]:
        """Keep who is about to be shown what, of whom and why."""
        return audit.record_reads(self.uow, command)

    @answers(audit_schemas.ListReads)
    def list_reads(self, query: dict[str, Any]) -> dict[str, Any]:
        """Who was shown what, the newest first."""
        with self.reading() as connection:
            return audit_shown.list_reads(connection, **query)

    @answers(audit_schemas.VerifyReads)
    def verify_reads(self, query: dict[str, Any]) -> dict[str, Any]:
        """Walk a piece of the chains; what does not fit."""
        with self.reading() as connection:
            return audit_shown.verify_reads(connection, self._seals_file().newest(), **query)

    @every(minutes=5)
    def seal_audit(self) -> None:
        """Write down where the chains of the audit end, each at most once an hour."""
        audit.seal(self.uow, self._seals_file().append, now=self.clock())

    @every(minutes=30)
    def forget_old_reads(self) -> None:
        """Forget entries of the audit that were kept for as long as they are to be."""
        audit.forget(self.uow, days=self.audit_settings.days, now=self.clock())

    @hears(
        CasesForgotten,
        PicturesForgotten,
        VolunteerWordsForgotten,
        PairingsForgotten,
        FindingsForgotten,
        ReferralWordsForgotten,
        ResidentsForgotten,
        queue="audit",
    )
    def note_period(self, event: PeriodApplied) -> None:
        """A service has removed what was kept for long enough."""
        removing.note_application(self.uow, event)

    def _seals_file(self) -> SealsFile:
        return SealsFile(self.audit_settings.seals_file)

    # -- notices: what is heard

    @hears(PlacesImported, queue="places")
    def remember_places(self, event: PlacesImported) -> None:
        """Places and their names."""
        notices.remember_places(self.uow, event)

    @hears(GrievanceFiled, queue="notices")
    def note_filed(self, event: GrievanceFiled) -> None:
        """A matter that people will be told of."""
        notices.note_filed(self.uow, event, now=self.clock())

    @hears(LeaderAssigned, queue="notices")
    def tell_leader(self, event: LeaderAssigned) -> None:
        """Whoever is responsible."""
        notices.tell_leader(self.uow, event, self.notice_settings.robots, now=self.clock())

    @hears(LeaderChanged, queue="notices")
    def tell_changed(self, event: LeaderChanged) -> None:
        """Whoever leads it now, and whoever did before."""
        notices.tell_changed(self.uow, event, self.notice_settings.robots, now=self.clock())

    @hears(LeaderMissing, queue="notices")
    def tell_leader_missing(self, event: LeaderMissing) -> None:
        """Office and secretary."""
        notices.tell_leader_missing(self.uow, event, self.notice_settings.robots, now=self.clock())

    @hears(GrievanceEscalated, queue="notices")
    def tell_late(self, event: GrievanceEscalated) -> None:
        """Whoever is late."""
        notices.tell_late(self.uow, event, self.notice_settings.robots, now=self.clock())

    @hears(LeaderReminded, queue="notices")
    def tell_reminded(self, event: LeaderReminded) -> None:
        """Whoever the office reminds."""
        notices.tell_reminded(self.uow, event, self.notice_settings.robots, now=self.clock())

    @hears(GrievanceGoesOn, queue="notices")
    def tell_goes_on(self, event: GrievanceGoesOn) -> None:
        """Whoever has a matter that waited."""
        notices.tell_goes_on(self.uow, event, self.notice_settings.robots, now=self.clock())

    @hears(EscalationRaised, queue="notices")
    def tell_next_up(self, event: EscalationRaised) -> None:
        """The next person up."""
        notices.tell_next_up(self.uow, event, self.notice_settings.robots, now=self.clock())

    @hears(VolunteersDispatched, queue="notices")
    def tell_volunteers(self, event: VolunteersDispatched) -> None:
        """Volunteers who are asked."""
        notices.tell_volunteers(self.uow, event, now=self.clock())

    @hears(DispatchStoodDown, queue="notices")
    def tell_stood_down(self, event: DispatchStoodDown) -> None:
        """A volunteer who is not needed any more."""
        notices.tell_stood_down(self.uow, event, now=self.clock())

    @hears(PartnerReferred, queue="notices")
    def tell_unit(self, event: PartnerReferred) -> None:
        """The people of a unit."""
        notices.tell_unit(self.uow, event, now=self.clock())

    @hears(HomeVisitPlanned, queue="notices")
    def tell_doctors(self, event: HomeVisitPlanned) -> None:
        """The doctors of a place."""
        notices.tell_doctors(self.uow, event, self.notice_settings.robots, now=self.clock())

    @hears(GrievanceAccepted, queue="notices")
    def tell_filer_taken(self, event: GrievanceAccepted) -> None:
        """Whoever filed it."""
        notices.tell_filer(self.uow, event, Kind.TAKEN, now=self.clock())

    @hears(GrievancePaused, queue="notices")
    def tell_paused(self, event: GrievancePaused) -> None:
        """Whoever filed what waits now."""
        notices.tell_paused(self.uow, event, now=self.clock())

    @hears(GrievanceResolved, queue="notices")
    def tell_filer_resolved(self, event: GrievanceResolved) -> None:
        """Whoever filed it."""
        notices.tell_filer(self.uow, event, Kind.RESOLVED, now=self.clock())

    @hears(GrievanceRejected, queue="notices")
    def tell_filer_rejected(self, event: GrievanceRejected) -> None:
        """Whoever filed it."""
        notices.tell_filer(self.uow, event, Kind.REJECTED, now=self.clock())

    @hears(ReplyGiven, queue="notices")
    def tell_filer_replied(self, event: ReplyGiven) -> None:
        """Whoever filed it and rated it."""
        notices.tell_filer(self.uow, event, Kind.REPLIED, now=self.clock())

    @hears(GrievanceReopened, queue="notices")
    def tell_filer_reopened(self, event: GrievanceReopened) -> None:
        """Whoever filed it."""
        notices.note_filed(self.uow, event, now=self.clock())
        notices.tell_filer(self.uow, event, Kind.REOPENED, now=self.clock())

    @hears(GrievanceCancelled, queue="notices")
    def note_cancelled(self, event: GrievanceCancelled) -> None:
        """Whoever filed it withdrew it: the neighbours who joined it."""
        notices.note_cancelled(self.uow, event, now=self.clock())

    @hears(GrievanceClosed, queue="notices")
    def note_closed(self, event: GrievanceClosed) -> None:
        """Nothing more is to be done."""
        notices.note_ended(self.uow, event, now=self.clock())

    # -- notices: what is sent

    @every(seconds=1)
    def spread_notices(self) -> None:
        """Decide by what each person chose which notices leave the system, and when."""
        sending.spread(self.uow, self._channels(), self.notice_settings.defaults, now=self.clock())

    @every(seconds=1)
    def send_texts(self) -> None:
        """Notices, and codes that prove a telephone, by text."""
        if self.send_text is not None:
            notice_choices.text_codes(self.uow, self.send_text, self.clock())
            self._send(Channel.SMS, sending.by_text(self.send_text))

    @every(seconds=1)
    def send_mails(self) -> None:
        """The same by e-mail."""
        if self.send_mail is not None:
            notice_choices.mail_codes(self.uow, self.send_mail, self.clock())
            self._send(Channel.MAIL, sending.by_mail(self.send_mail))

    @every(seconds=3)
    def tell_groups(self) -> None:
        """Notices for groups."""
        if self.notice_settings.groups:
            self._send(Channel.GROUP, sending.to_group(self.say_in_group))

    @every(minutes=10)
    def forget_notices(self) -> None:
        """Forget what was kept for long enough."""
        days, reopening_days = self.notice_settings.days, self.notice_settings.reopening_days
        sending.forget(self.uow, days=days, reopening_days=reopening_days, now=self.clock())

    def _send(self, channel: Channel, carry: sending.Carry) -> None:
        settings = self.notice_settings
        sending.send_waiting(
            self.uow,
            channel,
            carry,
            self.clock,
            defaults=settings.defaults,
            most=settings.per_hour,
            site=settings.site,
            groups=settings.robots,
        )

    def _channels(self) -> list[Channel]:
        return sending.open_channels(self.notice_settings, self.send_text, self.send_mail)

    # -- notices: what people see and choose

    @answers(notice_schemas.ListNotices)
    def list_notices(self, query: dict[str, Any]) -> dict[str, Any]:
        """Somebody's notices."""
        with self.reading() as connection:
            return notices_shown.list_notices(connection, **query)

    @answers(notice_schemas.OfAccount)
    def count_unread_notices(self, query: dict[str, Any]) -> dict[str, Any]:
        """How many of them are unread."""
        return self._unread(query["account"])

    @answers(notice_schemas.MarkNoticesRead)
    def mark_notices_read(self, command: dict[str, Any]) -> dict[str, Any]:
        """Somebody has read them."""
        notice_choices.mark_read(self.uow, command["account"], command.get("ids"), now=self.clock())
        return self._unread(command["account"])

    @answers(notice_schemas.OfAccount)
    def get_notice_choices(self, query: dict[str, Any]) -> dict[str, Any]:
        """What somebody chose."""
        return self._choices(query["account"])

    @answers(notice_schemas.ChooseNotices)
    def choose_notices(self, command: dict[str, Any]) -> dict[str, Any]:
        """Choose anew."""
        notice_choices.choose(self.uow, **command)
        return self._choices(command["account"])

    @answers(notice_schemas.AskForAddress)
    def ask_for_address(self, command: dict[str, Any]) -> dict[str, Any]:
        """Have a code sent to an address."""
        channel = Channel(command["channel"])
        sending.check_open(channel, self._channels())
        notice_choices.ask_for_address(self.uow, command["account"], channel, command["address"], now=self.clock())
        return self._choices(command["account"])

    @answers(notice_schemas.VerifyAddress)
    def verify_address(self, command: dict[str, Any]) -> dict[str, Any]:
        """Use an address from now on."""
        channel = Channel(command["channel"])
        notice_choices.verify_address(self.uow, command["account"], channel, command["code"], now=self.clock())
        return self._choices(command["account"])

    @answers(notice_schemas.RemoveAddress)
    def remove_address(self, command: dict[str, Any]) -> dict[str, Any]:
        """Use it no longer."""
        notice_choices.remove_address(self.uow, command["account"], Channel(command["channel"]))
        return self._choices(command["account"])

    @answers(notice_schemas.LeaveReporter, together=True)
    def leave_reporter(self, command: dict[str, Any]) -> dict[str, Any]:
        """Keep how whoever files a matter, or has joined it, is told of it."""
        notice_choices.leave_reporter(self.uow, command, now=self.clock())
        return {"left": True}

    def _unread(self, account: Any) -> dict[str, Any]:
        with self.reading() as connection:
            return {"unread": notices_shown.count_unread(connection, account)}

    def _choices(self, account: Any) -> dict[str, Any]:
        defaults = self.notice_settings.defaults
        with self.reading() as connection:
            return notices_shown.get_choices(connection, account, defaults, self._channels())

    # -- what is kept of a person

    @answers(notice_schemas.ExportPerson)
    def export_person(self, query: dict[str, Any]) -> dict[str, Any]:
        """Everything that is kept of somebody's notices."""
        with self.reading() as connection:
            return notices_shown.export_person(connection, **query)

    @hears(PersonErased, queue="notices", people="named")
    def erase_person(self, event: PersonErased) -> None:
        """A person is to be erased."""
        removing.erase_person(self.uow, event, now=self.clock())

    @hears(PersonMerged, queue="notices", people="merged")
    def merge_subjects(self, event: PersonMerged) -> None:
        """Two entries of the register were one person."""
        merging.merge_subjects(self.uow, event, now=self.clock())

    def _account(self, id: Any) -> dict[str, Any]:
        with self.reading() as connection:
            return shown.get_account(connection, id)
