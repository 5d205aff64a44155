-- What the platform knows. Columns are what is looked up or what the database
-- itself has to hold true; "record" is the whole record, the same JSON as in the
-- embedded store: convert_from(record, 'UTF8')::jsonb reads it.

create table apps (
	thumbprint text primary key,
	record     bytea not null
);

create table registration_keys (
	key     text primary key,
	used_by uuid unique, -- one registration uses one key
	record  bytea not null
);

create table nonces (
	expires timestamptz not null,
	nonce   text        not null,
	primary key (expires, nonce) -- in the order of forgetting
);

create table registrations (
	id        uuid        primary key,
	body      bytea       not null check (octet_length(body) = 32),
	receipt   bytea       not null,
	key       text, -- null once erased
	arrived   timestamptz not null,
	waiting   boolean     not null,
	in_review boolean     not null,
	code_kept boolean     not null,
	recheck   timestamptz,
	activated timestamptz,
	erased    timestamptz,
	record    bytea       not null, -- all but the receipt

	-- Which platform is at work on it, and until when nobody else is.
	waiting_by    text,
	waiting_until timestamptz,
	recheck_by    text,
	recheck_until timestamptz
);
create index registrations_of_key on registrations (key) where key is not null;
create index registrations_waiting on registrations (id) where waiting;
create index registrations_in_review on registrations (id) where in_review;
create index registrations_codes on registrations (arrived, id) where code_kept;
create index registrations_rechecks on registrations (recheck, id) where recheck is not null;
create unique index registrations_activated_once on registrations (key) where key is not null and activated is not null;

create table evidence (
	id      uuid        primary key references registrations,
	arrived timestamptz not null,
	photo   bytea,
	record  bytea       not null -- with the checks on arrival, without the photo
);
create index evidence_photos on evidence (arrived, id) where photo is not null;

create table checks (
	number bigint generated always as identity primary key,
	id     uuid  not null references evidence on delete cascade,
	record bytea not null
);
create index checks_of on checks (id, number);

create table rejections (
	id      uuid  not null,
	body    bytea not null check (octet_length(body) = 32),
	receipt bytea not null,
	primary key (id, body)
);

create table withdrawals (
	id     uuid primary key,
	record bytea not null
);

create table accounts (
	id     uuid  primary key,
	person bytea unique, -- null when another account is found by it now
	born   bytea not null,
	app    text  unique, -- one app stands for one person
	record bytea not null
);
create index accounts_born on accounts (born);

create table events (
	number     bigint generated always as identity primary key,
	id         uuid        not null unique,
	account    uuid        not null,
	happened   timestamptz not null,
	not_before timestamptz,
	told       timestamptz,
	record     bytea       not null,

	claimed_by    text,
	claimed_until timestamptz
);
create index events_untold on events (number) where told is null;
create index events_untold_of on events (account, number) where told is null;
create index events_told on events (told) where told is not null;

create table terminals (
	id     text collate "C" primary key,
	record bytea not null
);

create table certificates (
	kid      text primary key,
	terminal text  not null,
	record   bytea not null
);

create table tokens (
	secret bytea primary key check (octet_length(secret) = 32),
	record bytea not null
);

create table bundle (
	now    boolean primary key check (now), -- there is one
	record bytea not null
);

-- What was answered stays answered, what was activated stays activated.

create function registration_stays() returns trigger language plpgsql as $$
begin
	if new.id <> old.id or new.body <> old.body or new.receipt <> old.receipt then
		raise exception 'registration %: id, body and receipt never change', old.id using errcode = 'restrict_violation';
	end if;
	if old.activated is not null and new.activated is distinct from old.activated then
		raise exception 'registration %: it was activated for good', old.id using errcode = 'restrict_violation';
	end if;
	if old.erased is not null and new.erased is null then
		raise exception 'registration %: it was erased for good', old.id using errcode = 'restrict_violation';
	end if;
	return new;
end $$;
create trigger registration_stays before update on registrations for each row execute function registration_stays();

create function key_is_spent_once() returns trigger language plpgsql as $$
begin
	raise exception 'registration key: it was used by %', old.used_by using errcode = 'restrict_violation';
end $$;
create trigger key_is_spent_once before update on registration_keys for each row
	when (old.used_by is not null and new.used_by is distinct from old.used_by) execute function key_is_spent_once();

-- Evidence is added to. Only the photo goes by itself, and all of it with a
-- registration that was erased before.

create function evidence_stays() returns trigger language plpgsql as $$
begin
	if tg_op = 'UPDATE' then
		if new.id = old.id and new.arrived = old.arrived and new.record = old.record and new.photo is null then
			return new;
		end if;
	elsif exists (select from registrations r where r.id = old.id and r.erased is not null) then
		return old;
	end if;
	raise exception 'evidence of %: it is only added to', old.id using errcode = 'restrict_violation';
end $$;
create trigger evidence_stays before update or delete on evidence for each row execute function evidence_stays();

create function check_stays() returns trigger language plpgsql as $$
begin
	if tg_op = 'DELETE' and exists (select from registrations r where r.id = old.id and r.erased is not null) then
		return old;
	end if;
	raise exception 'check of %: evidence is only added to', old.id using errcode = 'restrict_violation';
end $$;
create trigger check_stays before update or delete on checks for each row execute function check_stays();

create function stays() returns trigger language plpgsql as $$
begin
	raise exception '%: % is not for it', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;
create trigger answers_stay before update on rejections for each row execute function stays();
create trigger tombstones_stay before update or delete on withdrawals for each row execute function stays();
create trigger registrations_are_not_deleted before delete on registrations for each row execute function stays();
create trigger registrations_are_not_truncated before truncate on registrations execute function stays();
create trigger evidence_is_not_truncated before truncate on evidence execute function stays();
create trigger checks_are_not_truncated before truncate on checks execute function stays();
create trigger tombstones_are_not_truncated before truncate on withdrawals execute function stays();
