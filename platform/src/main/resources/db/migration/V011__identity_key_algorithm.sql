-- New keys are RS256: a token that is seen for the first time costs a twentieth to verify, and on
-- the day when everyone comes at once all of them are. Keys of earlier versions stay what they are.
alter table identity.signing_key add column algorithm text not null default 'ES256'
  check (algorithm in ('ES256', 'RS256'));
alter table identity.signing_key alter column algorithm drop default;
