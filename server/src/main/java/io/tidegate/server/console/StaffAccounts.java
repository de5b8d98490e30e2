package io.tidegate.server.console;

import io.tidegate.platform.identity.Caller;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;

/** Who of the staff may sign in, by name and password. */
@FunctionalInterface
public interface StaffAccounts {

  /** The member of the staff with this name and password; takes as long when there is none. */
  Optional<Caller> verify(String name, String password);

  /** One account, for a demo. */
  static StaffAccounts single(String name, String password, Set<String> roles) {
    byte[] wanted = digest(name, password);
    Caller member = Caller.staff(name, roles);
    return (givenName, givenPassword) ->
        MessageDigest.isEqual(wanted, digest(givenName, givenPassword))
            ? Optional.of(member)
            : Optional.empty();
  }

  private static byte[] digest(String name, String password) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(name.getBytes(StandardCharsets.UTF_8));
      sha.update((byte) 0); // no form field holds one, so the two can't run into each other
      return sha.digest(password.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
