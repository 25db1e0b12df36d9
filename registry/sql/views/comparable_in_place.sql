-- Which comparable series have many outcomes, each with its history where it is stored?
-- grain:   one row per variant and group
-- note:    a view: of a whole network's histories a query reads what it needs, and they are never copied
create or replace temp view comparable as from followed;
