package io.tidegate.server.console;

import io.tidegate.platform.http.Form;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.identity.Caller;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signing in and out, and the choice of language and look. */
final class SignInPages implements Routes {
  private static final Logger log = LoggerFactory.getLogger(SignInPages.class);

  static final String PATH = "/console/sign-in";
  private static final String HOME = "/console/orders";
  private static final int NAME_CHARS_MAX = 64;
  private static final int PASSWORD_CHARS_MAX = 256;
  private static final int PATH_CHARS_MAX = 512;

  private final Pages pages;
  private final Visitors visitors;
  private final StaffAccounts accounts;
  private final SignInTries tries;

  SignInPages(Pages pages, Visitors visitors, StaffAccounts accounts, SignInTries tries) {
    this.pages = pages;
    this.visitors = visitors;
    this.accounts = accounts;
    this.tries = tries;
  }

  /**
   * What the sign-in page shows.
   *
   * @param next where a signed-in visitor goes
   * @param complaint why the last try failed; empty before it
   */
  record SignIn(String name, String next, String complaint) {}

  @Override
  public void register(Router router) {
    pages.get(router, "/console", pages.open((_, visitor) -> Reply.seeOther(home(visitor))));
    pages.get(router, "/console/", pages.open((_, _) -> Reply.seeOther("/console")));
    pages
        .get(
            router,
            PATH,
            pages.open((request, visitor) ->
                show(visitor, "", local(request.query("next"), HOME), "", 200)))
        .query("next");
    pages.post(router, PATH, pages.open(this::signIn));
    pages.post(router, "/console/sign-out", pages.open(this::signOut));
    pages.post(router, "/console/preferences", pages.open(this::choose));
  }

  private static String home(Visitor visitor) {
    return visitor.staff() == null ? PATH : HOME;
  }

  private Reply signIn(Request request, Visitor visitor) {
    Form form = request.form();
    String name = text(form.get("name"), NAME_CHARS_MAX);
    String password = text(form.get("password"), PASSWORD_CHARS_MAX);
    String next = local(form.get("next"), HOME);
    if (!visitors.isOurs(visitor, form)) {
      return show(visitor, name, next, "sign_in.form_old", 403);
    }
    String address = request.peer();
    if (!tries.begin(name, address)) {
      log.warn("sign-in refused after too many tries");
      return show(visitor, name, next, "sign_in.too_many", 429)
          .header("Retry-After", Long.toString(SignInTries.WINDOW.toSeconds()));
    }
    Optional<Caller> member = accounts.verify(name, password);
    if (member.isEmpty()) {
      return show(visitor, name, next, "sign_in.wrong", 401);
    }
    tries.succeeded(name, address);
    return visitors.signIn(Reply.seeOther(next), member.get());
  }

  private Reply signOut(Request request, Visitor visitor) {
    pages.requireOurs(request, visitor);
    return visitors.signOut(Reply.seeOther(PATH));
  }

  private Reply choose(Request request, Visitor visitor) {
    pages.requireOurs(request, visitor);
    Form form = request.form();
    Reply reply = Reply.seeOther(local(form.get("back"), "/console"));
    String language = form.get("language");
    if (language != null) {
      visitors.choose(reply, Language.of(language, null));
    }
    String theme = form.get("theme");
    if (theme != null) {
      visitors.choose(reply, Theme.of(theme));
    }
    return reply;
  }

  private Reply show(Visitor visitor, String name, String next, String complaint, int status) {
    Texts t = Texts.in(visitor.language());
    var model = new SignIn(name, next, complaint.isEmpty() ? "" : t.of(complaint));
    return pages.page(visitor, null, t.of("sign_in.title"), PATH, "signin", model).as(status);
  }

  private static String text(@Nullable String value, int charsMax) {
    if (value == null) {
      return "";
    }
    if (value.length() > charsMax) {
      throw Problem.invalid("/", "is too long");
    }
    return value;
  }

  /** A path of the console itself; anything else would let others lead our visitors away. */
  static String local(@Nullable String path, String otherwise) {
    boolean ours =
        path != null
            && path.length() <= PATH_CHARS_MAX
            && (path.equals("/console") || path.startsWith("/console/"))
            && path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\');
    return ours && path != null ? path : otherwise;
  }
}
