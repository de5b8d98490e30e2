package io.tidegate.platform.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.tidegate.platform.clock.Clock;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bearer tokens of the system: issued with our own keys, verified with ours or an issuer's.
 *
 * <p>Accepted is a signed JWT with the right {@code iss} and {@code aud}, inside {@code nbf} and
 * {@code exp}. Roles of staff are scopes {@code staff:ROLE}. The claim {@code kind} (customer,
 * staff, service) may be absent in an issuer's tokens: then a role makes staff, a number a
 * customer.
 */
public final class Tokens implements Callers {
  /** A longer text is no token of anybody we know, and is not looked at. */
  static final int TOKEN_CHARS_MAX = 8_192;

  private static final String ROLE_PREFIX = "staff:";
  private static final Set<JWSAlgorithm> LOCAL_ALGORITHMS =
      Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
  private static final Set<JWSAlgorithm> EXTERNAL_ALGORITHMS =
      Set.of(JWSAlgorithm.ES256, JWSAlgorithm.RS256, JWSAlgorithm.PS256);

  private final IdentitySettings settings;
  private final Clock clock;
  private final @Nullable LocalKeys local;
  private final DefaultJWTProcessor<SecurityContext> processor;
  private final VerifiedTokens verified;

  private Tokens(
      IdentitySettings settings,
      Clock clock,
      @Nullable LocalKeys local,
      JWKSource<SecurityContext> source,
      Set<JWSAlgorithm> algorithms) {
    this.settings = settings;
    this.clock = clock;
    this.local = local;
    this.verified = new VerifiedTokens(settings.cacheTokensMax());
    this.processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, source));
    // The claims are checked here, by our clock: nimbus would ask the machine's.
    processor.setJWTClaimsSetVerifier((_, _) -> {});
  }

  /** Tokens signed by our own keys. */
  public static Tokens local(IdentitySettings settings, SigningKeys keys, Clock clock) {
    var local = new LocalKeys(keys, clock);
    return new Tokens(settings, clock, local, local, LOCAL_ALGORITHMS);
  }

  /** Tokens signed by an external issuer, whose keys are fetched from {@code jwksUrl}. */
  public static Tokens external(IdentitySettings settings, Clock clock) {
    return new Tokens(settings, clock, null, RemoteKeys.of(settings), EXTERNAL_ALGORITHMS);
  }

  /** Whether this system signs tokens itself. */
  public boolean issues() {
    return local != null;
  }

  /**
   * A new token.
   *
   * @throws IllegalStateException where an external issuer signs
   */
  public String issue(
      String subject, Caller.Kind kind, Set<String> roles, Set<String> scopes, Duration ttl) {
    if (local == null) {
      throw new IllegalStateException("tokens come from " + settings.issuer());
    }
    SigningKey key = local.newest();
    Instant now = clock.now();
    var scope = new ArrayList<String>(scopes);
    roles.forEach(role -> scope.add(ROLE_PREFIX + role));
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(settings.issuer())
            .audience(settings.audience())
            .subject(subject)
            .claim("kind", nameOf(kind))
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(ttl)));
    if (!scope.isEmpty()) {
      claims.claim("scope", String.join(" ", scope.stream().sorted().toList()));
    }
    var header =
        new JWSHeader.Builder(key.algorithm().jws())
            .type(JOSEObjectType.JWT)
            .keyID(key.id())
            .build();
    var jwt = new SignedJWT(header, claims.build());
    try {
      jwt.sign(key.signer());
    } catch (JOSEException e) {
      throw new IllegalStateException("signing with key " + key.id() + " failed", e);
    }
    return jwt.serialize();
  }

  @Override
  public Caller verify(String bearer) {
    long nowMillis = clock.millis();
    Caller known = verified.find(bearer, nowMillis);
    if (known != null) {
      return known;
    }
    if (bearer.length() > TOKEN_CHARS_MAX) {
      throw new InvalidToken("the token is too long");
    }
    JWTClaimsSet claims = signedClaims(bearer);
    long expiresMillis = checkClaims(claims, nowMillis);
    Caller caller = callerOf(claims);
    verified.put(bearer, new VerifiedTokens.Entry(caller, expiresMillis));
    return caller;
  }

  /** The public keys as a JSON Web Key Set; empty where an external issuer signs. */
  public byte[] jwks() {
    JWKSet set = local == null ? new JWKSet() : local.current().toPublicJWKSet();
    return set.toString(true).getBytes(StandardCharsets.UTF_8);
  }

  private JWTClaimsSet signedClaims(String bearer) {
    try {
      return processor.process(SignedJWT.parse(bearer), null);
    } catch (ParseException e) {
      throw new InvalidToken("the token is no signed JWT");
    } catch (KeySourceException e) {
      throw new IssuerUnavailable(e);
    } catch (BadJOSEException | JOSEException e) {
      throw new InvalidToken("the signature does not verify");
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new InvalidToken("the token is malformed");
    }
  }

  /** Checks issuer, audience and times; tells when the token expires, leeway included. */
  private long checkClaims(JWTClaimsSet claims, long nowMillis) {
    if (!settings.issuer().equals(claims.getIssuer())) {
      throw new InvalidToken("another issuer");
    }
    if (!claims.getAudience().contains(settings.audience())) {
      throw new InvalidToken("another audience");
    }
    Date expires = claims.getExpirationTime();
    if (expires == null) {
      throw new InvalidToken("no expiry");
    }
    long leewayMillis = settings.leeway().toMillis();
    long expiresMillis = expires.toInstant().toEpochMilli() + leewayMillis;
    if (expiresMillis <= nowMillis) {
      throw new InvalidToken("expired");
    }
    Date notBefore = claims.getNotBeforeTime();
    if (notBefore != null && notBefore.toInstant().toEpochMilli() - leewayMillis > nowMillis) {
      throw new InvalidToken("not valid yet");
    }
    return expiresMillis;
  }

  private static Caller callerOf(JWTClaimsSet claims) {
    String subject = claims.getSubject();
    if (subject == null || subject.isEmpty() || subject.length() > 128) {
      throw new InvalidToken("no subject");
    }
    var roles = new ArrayList<String>();
    var scopes = new ArrayList<String>();
    for (String scope : scopesOf(claims)) {
      if (scope.startsWith(ROLE_PREFIX)) {
        roles.add(scope.substring(ROLE_PREFIX.length()));
      } else {
        scopes.add(scope);
      }
    }
    Caller.Kind kind = kindOf(claims, subject, !roles.isEmpty());
    return switch (kind) {
      case CUSTOMER ->
          new Caller(kind, subject, customerNumber(subject), Set.of(), Set.copyOf(scopes));
      case STAFF -> new Caller(kind, subject, 0, Set.copyOf(roles), Set.copyOf(scopes));
      case SERVICE -> new Caller(kind, subject, 0, Set.of(), Set.copyOf(scopes));
    };
  }

  private static List<String> scopesOf(JWTClaimsSet claims) {
    return switch (claims.getClaim("scope")) {
      case null -> List.of();
      case String text -> List.of(text.split(" ")).stream().filter(s -> !s.isEmpty()).toList();
      case List<?> list ->
          list.stream().filter(String.class::isInstance).map(String.class::cast).toList();
      default -> throw new InvalidToken("scope is no text");
    };
  }

  private static Caller.Kind kindOf(JWTClaimsSet claims, String subject, boolean hasRoles) {
    return switch (claims.getClaim("kind")) {
      case null ->
          hasRoles
              ? Caller.Kind.STAFF
              : isNumber(subject) ? Caller.Kind.CUSTOMER : Caller.Kind.SERVICE;
      case Object o when o.equals("customer") -> Caller.Kind.CUSTOMER;
      case Object o when o.equals("staff") -> Caller.Kind.STAFF;
      case Object o when o.equals("service") -> Caller.Kind.SERVICE;
      default -> throw new InvalidToken("unknown kind");
    };
  }

  private static String nameOf(Caller.Kind kind) {
    return switch (kind) {
      case CUSTOMER -> "customer";
      case STAFF -> "staff";
      case SERVICE -> "service";
    };
  }

  private static boolean isNumber(String subject) {
    // 18 digits always fit a long; no leading zero, so that one customer has one subject.
    return subject.length() <= 18
        && subject.charAt(0) != '0'
        && subject.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static long customerNumber(String subject) {
    if (!isNumber(subject)) {
      throw new InvalidToken("the subject is no customer number");
    }
    return Long.parseLong(subject);
  }
}
