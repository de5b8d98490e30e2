package io.tidegate.platform.http;

import io.tidegate.platform.identity.Caller;
import java.util.Set;

/** Who may use a route. */
public sealed interface Access {
  /** Anybody; a token is not looked at. */
  static Access open() {
    return Open.INSTANCE;
  }

  /** Customers, for their own things. */
  static Access customer() {
    return Customer.INSTANCE;
  }

  /** Members of the staff with one of these roles; without roles, every member. */
  static Access staff(String... roles) {
    return new Staff(Set.of(roles));
  }

  /** Anybody whose token has this scope. */
  static Access scope(String name) {
    return new Scope(name);
  }

  /** Members of the staff with this role, and programs whose token has this scope. */
  static Access staffOrScope(String role, String scope) {
    return new StaffOrScope(role, scope);
  }

  /** Programs that prove themselves in a way of their own, such as a signed body. */
  static Access raw() {
    return Raw.INSTANCE;
  }

  /** Whether a token must be shown. */
  default boolean needsCaller() {
    return switch (this) {
      case Open _, Raw _ -> false;
      case Customer _, Staff _, Scope _, StaffOrScope _ -> true;
    };
  }

  /** Whether this caller may. */
  default boolean allows(Caller caller) {
    return switch (this) {
      case Open _, Raw _ -> true;
      case Customer _ -> caller.kind() == Caller.Kind.CUSTOMER;
      case Staff(var roles) ->
          caller.kind() == Caller.Kind.STAFF
              && (roles.isEmpty() || roles.stream().anyMatch(caller.roles()::contains));
      case Scope(var name) -> caller.scopes().contains(name);
      case StaffOrScope(var role, var scope) ->
          staff(role).allows(caller) || caller.scopes().contains(scope);
    };
  }

  /** See {@link Access#open}. */
  enum Open implements Access {
    INSTANCE
  }

  /** See {@link Access#customer}. */
  enum Customer implements Access {
    INSTANCE
  }

  /** See {@link Access#staff}. */
  record Staff(Set<String> roles) implements Access {}

  /** See {@link Access#scope}. */
  record Scope(String name) implements Access {}

  /** See {@link Access#staffOrScope}. */
  record StaffOrScope(String role, String scope) implements Access {}

  /** See {@link Access#raw}. */
  enum Raw implements Access {
    INSTANCE
  }
}
