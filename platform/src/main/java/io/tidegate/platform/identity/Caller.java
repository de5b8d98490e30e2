package io.tidegate.platform.identity;

import java.util.Set;

/**
 * Who makes a request, as a verified token says.
 *
 * @param kind whether a person who buys, a person who works here, or a program
 * @param subject the token's {@code sub}; the digits of a positive number for customers
 * @param number the subject as a number for customers, 0 for all others
 * @param roles what a member of the staff may be, from scopes {@code staff:ROLE}
 * @param scopes what else the token allows
 */
public record Caller(
    Kind kind, String subject, long number, Set<String> roles, Set<String> scopes) {
  /** The three kinds of callers. */
  public enum Kind {
    CUSTOMER,
    STAFF,
    SERVICE
  }

  public Caller {
    roles = Set.copyOf(roles);
    scopes = Set.copyOf(scopes);
  }

  /** A customer with this number. */
  public static Caller customer(long number) {
    return new Caller(Kind.CUSTOMER, Long.toString(number), number, Set.of(), Set.of());
  }

  /** A member of the staff. */
  public static Caller staff(String name, Set<String> roles) {
    return new Caller(Kind.STAFF, name, 0, roles, Set.of());
  }

  /** A program with these scopes. */
  public static Caller service(String name, Set<String> scopes) {
    return new Caller(Kind.SERVICE, name, 0, Set.of(), scopes);
  }

  /** The customer's number; throws {@link IllegalStateException} for anybody else. */
  public long customer() {
    if (kind != Kind.CUSTOMER) {
      throw new IllegalStateException("the caller is no customer");
    }
    return number;
  }
}
