package io.tidegate.server.console;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * A shop of its own for each class of tests, and the browser of an admin who is signed in to its
 * console and reads English. Classes run one after another.
 */
abstract class SignedIn {
  static ConsoleShop shop;
  static Browser browser;

  @BeforeAll
  static void openShop() {
    shop = new ConsoleShop();
    browser = new Browser(shop.base());
    browser.signIn("admin", ConsoleShop.PASSWORD);
  }

  @AfterAll
  static void closeShop() {
    browser.close();
    shop.close();
  }
}
