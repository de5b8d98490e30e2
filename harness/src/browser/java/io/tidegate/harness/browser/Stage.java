package io.tidegate.harness.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One program and one browser for all tests; every page has cookies of its own. */
final class Stage implements AutoCloseable {
  static final int WIDE = 1280;
  static final int PHONE = 390;
  private static final double WAIT_MILLIS_MAX = 60_000;

  /** For what goes through payment, warehouse and carrier until it is seen. */
  static final double JOURNEY_MILLIS_MAX = 180_000;

  private static final int HEIGHT = 800;

  private final Path pictures;
  private final Shop shop;
  private final Playwright playwright;
  private final Browser browser;
  private @Nullable String session;

  Stage(Chromium chromium) throws Exception {
    pictures = Path.of(System.getProperty("tidegate.pictures"));
    Files.createDirectories(pictures);
    shop = Shop.start(pictures.resolve("serve.log"));
    PlaywrightAssertions.setDefaultAssertionTimeout(WAIT_MILLIS_MAX);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(chromium.program())
                    .setArgs(Chromium.FLAGS));
  }

  Shop shop() {
    return shop;
  }

  /** A page of somebody who was never here and reads English. */
  Page visitor() {
    return open("en", WIDE, null);
  }

  /** A page of a signed-in admin who reads English, on the list of orders. */
  Page staff() {
    return staff("en", WIDE);
  }

  /**
   * A page of a signed-in admin, on the list of orders.
   *
   * @param language what the browser asks for
   */
  Page staff(String language, int width) {
    if (session == null) {
      Page door = visitor();
      door.navigate(url("/sign-in"));
      signIn(door, shop.password());
      door.waitForURL(url("/orders"));
      session = door.context().storageState();
      door.context().close();
    }
    Page page = open(language, width, session);
    page.navigate(url("/orders"));
    return page;
  }

  /** A page of a signed-in admin whose browser runs no script. */
  Page staffWithoutScript() {
    staff().context().close(); // signs in where nobody has
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setLocale("en")
                .setViewportSize(WIDE, HEIGHT)
                .setJavaScriptEnabled(false)
                .setStorageState(session));
    context.setDefaultTimeout(WAIT_MILLIS_MAX);
    return context.newPage();
  }

  private Page open(String language, int width, @Nullable String cookies) {
    var options =
        new Browser.NewContextOptions().setLocale(language).setViewportSize(width, HEIGHT);
    BrowserContext context =
        browser.newContext(cookies == null ? options : options.setStorageState(cookies));
    context.setDefaultTimeout(WAIT_MILLIS_MAX);
    return context.newPage();
  }

  /** Makes a page's window wider or narrower, as its reader would. */
  static void widen(Page page, int width) {
    page.setViewportSize(width, HEIGHT);
  }

  static void signIn(Page page, String password) {
    page.locator("#name").fill("admin");
    page.locator("#password").fill(password);
    page.locator("main button").click();
  }

  /** An address of the console. */
  String url(String path) {
    return shop.console() + path;
  }

  /** Keeps what a page shows, whole. */
  void picture(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setFullPage(true).setPath(pictures.resolve(name + ".png")));
  }

  /** Closes every page, and keeps what they showed where the test failed. */
  void clear(String test, boolean failed) {
    List<BrowserContext> open = List.copyOf(browser.contexts());
    for (int i = 0; i < open.size(); i++) {
      if (failed && !open.get(i).pages().isEmpty()) {
        picture(open.get(i).pages().getLast(), "failed-" + test + "-" + i);
      }
      open.get(i).close();
    }
  }

  @Override
  public void close() throws IOException {
    browser.close();
    playwright.close();
    shop.close();
  }
}
