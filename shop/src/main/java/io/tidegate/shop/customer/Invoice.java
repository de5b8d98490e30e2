package io.tidegate.shop.customer;

/** The invoice that a customer wants for an order. Titles and numbers are personal data. */
public sealed interface Invoice {

  /** None is wanted. */
  record None() implements Invoice {}

  /** For a person. */
  record Personal(String title) implements Invoice {
    @Override
    public String toString() {
      return "Personal[]";
    }
  }

  /** For a company, which deducts its tax. */
  record Company(String title, String taxNumber) implements Invoice {
    @Override
    public String toString() {
      return "Company[]";
    }
  }

  static Invoice none() {
    return new None();
  }
}
