-- The mean on a common scale behind a share (0 to 1) above a cut, and the standard error of that mean; null outside .10 to .90.
-- source: design section 8; Reardon, Kalogrides and Ho 2021, Journal of Educational and Behavioral Statistics 46(2), 138-167.
-- note:   a mean is shown only where its error is known (linked_se_at is not null); a scale's own u_sd and u_m are 2.5 and 0.1 sd
--         where it states none. z is bound once by a list of one, because a macro repeats its argument wherever it is named.
-- order:  macros are made in the order of their files, and a macro needs those that it names: this file comes after normal.sql.
-- twin:   registry/domain/linking.py

create or replace macro linked_mean_at(share, cut, sd) as
    case when share::DOUBLE between 0.1e0 and 0.9e0 then cut + sd * normal_quantile(share) end;

create or replace macro linked_se_at(share, se_share, cut_se, sd, u_sd, u_m) as
    case when share::DOUBLE between 0.1e0 and 0.9e0 then
        list_transform([normal_quantile(share)], lambda z: sqrt(
            cut_se * cut_se
            + pow(sd * se_share / normal_density(z), 2)
            + pow(z * coalesce(u_sd, 2.5e0), 2)
            + pow(coalesce(u_m, 0.1e0 * sd), 2)
        ))[1]
    end;
