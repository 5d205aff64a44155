-- Somebody calls: "this was not me". What is found by the reference number of a slip
-- begins with it, which the primary key of registrations finds.

alter table registrations add column contested timestamptz; -- since when nobody activates it; null for none
alter table registrations add column disputed boolean not null default false; -- nobody has ruled on it
create index registrations_disputed on registrations (id) where disputed;

-- What was said of a registration before it arrived.
create table objections (
	reference bytea   primary key check (octet_length(reference) = 4),
	waits     boolean not null, -- it has met no registration yet
	record    bytea   not null
);
create index objections_waiting on objections (reference) where waits;
create trigger objections_are_not_deleted before delete on objections for each row execute function stays();
create trigger objections_are_not_truncated before truncate on objections execute function stays();

-- What is contested is not activated, whoever asks.

create function contested_waits() returns trigger language plpgsql as $$
begin
	raise exception 'registration %: it is contested', old.id using errcode = 'restrict_violation';
end $$;
create trigger contested_waits before update on registrations for each row
	when (old.activated is null and new.activated is not null and (old.contested is not null or new.contested is not null))
	execute function contested_waits();
