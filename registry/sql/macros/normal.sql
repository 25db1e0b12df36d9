-- The normal distribution, which DuckDB lacks: density, two-sided p value, distribution function and quantile.
-- source: Cody 1969, Rational Chebyshev Approximations for the Error Function, Mathematics of Computation 23(107), in the
--         arrangement of Cody 1993, Algorithm 715 (ANORM), ACM Transactions on Mathematical Software 19(1): the p value;
--         Wichura 1988, Algorithm AS 241 (PPND16), Applied Statistics 37(3): the quantile.
-- exact:  the p value to 1e-13 of itself for |z| up to 8 (p about 1e-15) and 1e-12 up to 37; the quantile to 1e-15 of itself.
-- twin:   registry/domain/normal.py

create or replace macro normal_density(z) as
    exp(-0.5e0 * z * z) * 0.398942280401432677939946e0;

-- z is bound once (y) by a list of one, because a macro repeats its argument wherever it is named
create or replace macro normal_two_sided_p(z) as
    list_transform([abs(z::DOUBLE)], lambda y: case
        when y <= 0.67448975e0 then
            1e0 - 2e0 * y
            * ((((0.065682337918207449113e0 * y*y + 2.2352520354606839287e0) * y*y + 161.02823106855587881e0) * y*y
                + 1067.6894854603709582e0) * y*y + 18154.981253343561249e0)
            / ((((y*y + 47.20258190468824187e0) * y*y + 976.09855173777669322e0) * y*y
                + 10260.932208618978205e0) * y*y + 45507.789335026729956e0)
        when y <= 5.656854249492380195e0 then
            2e0 * exp(-0.5e0 * y*y)
            * ((((((((1.0765576773720192317e-8 * y + 0.39894151208813466764e0) * y + 8.8831497943883759412e0) * y
                + 93.506656132177855979e0) * y + 597.27027639480026226e0) * y + 2494.5375852903726711e0) * y
                + 6848.1904505362823326e0) * y + 11602.651437647350124e0) * y + 9842.7148383839780218e0)
            / ((((((((y + 22.266688044328115691e0) * y + 235.38790178262499861e0) * y
                + 1519.377599407554805e0) * y + 6485.558298266760755e0) * y + 18615.571640885098091e0) * y
                + 34900.952721145977266e0) * y + 38912.003286093271411e0) * y + 19685.429676859990727e0)
        when y is not null then
            2e0 * exp(-0.5e0 * y*y) / y * (0.398942280401432677939946e0 - 1e0 / (y*y)
            * (((((0.02307344176494017303e0 / (y*y) + 0.21589853405795699e0) / (y*y) + 0.1274011611602473639e0) / (y*y)
                + 0.022235277870649807e0) / (y*y) + 0.001421619193227893466e0) / (y*y) + 2.9112874951168792e-5)
            / (((((1e0 / (y*y) + 1.28426009614491121e0) / (y*y) + 0.468238212480865118e0) / (y*y)
                + 0.0659881378689285515e0) / (y*y) + 0.00378239633202758244e0) / (y*y) + 7.29751555083966205e-5))
    end)[1];

create or replace macro normal_cdf(z) as
    case when z <= 0 then normal_two_sided_p(z) / 2e0 else 1e0 - normal_two_sided_p(z) / 2e0 end;

create or replace macro normal_quantile_centre(q) as
    list_transform([0.180625e0 - q*q], lambda r: q
        * (((((((2509.0809287301226727e0 * r + 33430.575583588128105e0) * r + 67265.770927008700853e0) * r
            + 45921.953931549871457e0) * r + 13731.693765509461125e0) * r + 1971.5909503065514427e0) * r
            + 133.14166789178437745e0) * r + 3.387132872796366608e0)
        / (((((((5226.495278852854561e0 * r + 28729.085735721942674e0) * r + 39307.89580009271061e0) * r
            + 21213.794301586595867e0) * r + 5394.1960214247511077e0) * r + 687.1870074920579083e0) * r
            + 42.313330701600911252e0) * r + 1e0))[1];

create or replace macro normal_quantile_tail(p) as
    list_transform([sqrt(-ln(p))], lambda s: case
        when s <= 5e0 then list_transform([s - 1.6e0], lambda r:
            (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833e0) * r + 0.24178072517745061177e0) * r
                + 1.27045825245236838258e0) * r + 3.64784832476320460504e0) * r + 5.7694972214606914055e0) * r
                + 4.6303378461565452959e0) * r + 1.42343711074968357734e0)
            / (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966e0) * r
                + 0.14810397642748007459e0) * r + 0.68976733498510000455e0) * r + 1.6763848301838038494e0) * r
                + 2.05319162663775882187e0) * r + 1e0))[1]
        else list_transform([s - 5e0], lambda r:
            (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.2426609473880784386e-3) * r
                + 0.026532189526576123093e0) * r + 0.29656057182850489123e0) * r + 1.7848265399172913358e0) * r
                + 5.4637849111641143699e0) * r + 6.6579046435011037772e0)
            / (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
                + 7.868691311456132591e-4) * r + 0.0148753612908506148525e0) * r + 0.13692988092273580531e0) * r
                + 0.59983220655588793769e0) * r + 1e0))[1]
    end)[1];

-- null outside 0 to 1 and at both ends, where there is no quantile
create or replace macro normal_quantile(p) as
    case
        when p::DOUBLE <= 0e0 or p::DOUBLE >= 1e0 then null
        when abs(p::DOUBLE - 0.5e0) <= 0.425e0 then normal_quantile_centre(p::DOUBLE - 0.5e0)
        when p::DOUBLE < 0.5e0 then -normal_quantile_tail(p::DOUBLE)
        else normal_quantile_tail(1e0 - p::DOUBLE)
    end;
