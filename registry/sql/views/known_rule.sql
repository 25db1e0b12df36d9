-- By which progress rules may a series be judged: those that ship and those the network published?
-- grain:   one row per rule
create or replace temp table known_rule (id VARCHAR, "method" VARCHAR, phi DOUBLE, tau DOUBLE);
