package io.tidegate.server.console;

import io.tidegate.platform.http.Form;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.identity.Caller;
import io.tidegate.platform.identity.InvalidToken;
import io.tidegate.platform.identity.IssuerUnavailable;
import io.tidegate.platform.identity.Tokens;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Knows visitors by their cookies: the session, the chosen language and look. */
final class Visitors {
  static final Duration SESSION = Duration.ofHours(8);
  static final String SESSION_COOKIE = "tidegate_session";
  static final String SEED_COOKIE = "tidegate_visit";
  static final String LANGUAGE_COOKIE = "tidegate_language";
  static final String THEME_COOKIE = "tidegate_theme";

  /** The field of every form that changes something. */
  static final String FORM_TOKEN = "csrf";

  private static final Duration CHOICE = Duration.ofDays(365);
  private static final int SEED_BYTES = 18;
  private static final int SEED_CHARS = SEED_BYTES * 4 / 3;

  private final Tokens tokens;
  private final SecretKeySpec secret;
  private final boolean overTlsOnly;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param secret shared by all nodes; at least 16 bytes
   * @param overTlsOnly whether browsers may send the cookies over TLS only
   */
  Visitors(Tokens tokens, byte[] secret, boolean overTlsOnly) {
    if (secret.length < 16) {
      throw new IllegalArgumentException("the console's secret must have 16 bytes");
    }
    this.tokens = tokens;
    this.secret = new SecretKeySpec(secret, "HmacSHA256");
    this.overTlsOnly = overTlsOnly;
  }

  Visitor of(Request request) {
    String seed = request.cookie(SEED_COOKIE);
    boolean fresh = seed == null || seed.length() != SEED_CHARS;
    return new Visitor(
        Language.of(request.cookie(LANGUAGE_COOKIE), request.header("Accept-Language")),
        Theme.of(request.cookie(THEME_COOKIE)),
        seed == null || fresh ? newSeed() : seed,
        fresh,
        staff(request.cookie(SESSION_COOKIE)));
  }

  private @Nullable Caller staff(@Nullable String session) {
    if (session == null) {
      return null;
    }
    try {
      Caller caller = tokens.verify(session);
      return caller.kind() == Caller.Kind.STAFF ? caller : null;
    } catch (InvalidToken | IssuerUnavailable _) {
      return null;
    }
  }

  /** The token of this visitor's forms; it dies with the session it was made in. */
  String formToken(Visitor visitor) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(secret);
      Caller staff = visitor.staff();
      String bound = visitor.seed() + "\n" + (staff == null ? "" : staff.subject());
      byte[] token = mac.doFinal(("console.form\n" + bound).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /** Whether a form came from a page that we gave to this visitor. */
  boolean isOurs(Visitor visitor, Form form) {
    String token = form.get(FORM_TOKEN);
    return token != null
        && !visitor.freshSeed()
        && MessageDigest.isEqual(
            token.getBytes(StandardCharsets.UTF_8),
            formToken(visitor).getBytes(StandardCharsets.UTF_8));
  }

  /** Begins a session; the browser gets a new seed, so that older forms are worth nothing. */
  Reply signIn(Reply reply, Caller member) {
    Set<String> scopes = member.scopes();
    String token =
        tokens.issue(member.subject(), Caller.Kind.STAFF, member.roles(), scopes, SESSION);
    reply.header("Set-Cookie", cookie(SESSION_COOKIE, token, SESSION));
    return seed(reply, newSeed());
  }

  Reply signOut(Reply reply) {
    reply.header("Set-Cookie", cookie(SESSION_COOKIE, "", Duration.ZERO));
    return seed(reply, newSeed());
  }

  Reply choose(Reply reply, Language language) {
    return reply.header("Set-Cookie", cookie(LANGUAGE_COOKIE, language.code(), CHOICE));
  }

  Reply choose(Reply reply, Theme theme) {
    return reply.header("Set-Cookie", cookie(THEME_COOKIE, theme.code(), CHOICE));
  }

  Reply seed(Reply reply, String seed) {
    return reply.header("Set-Cookie", cookie(SEED_COOKIE, seed, CHOICE));
  }

  private String newSeed() {
    byte[] bytes = new byte[SEED_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private String cookie(String name, String value, Duration age) {
    return name
        + "="
        + value
        + "; Max-Age="
        + age.toSeconds()
        + "; Path=/console; HttpOnly; SameSite=Strict"
        + (overTlsOnly ? "; Secure" : "");
  }
}
