package io.tidegate.harness.simulators;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Locale;

/** The cashier's page in one language. It needs no script and nothing from elsewhere. */
enum CashierPage {
  ENGLISH(
      "en",
      "Sandbox cashier",
      "This is a simulated payment. No real money moves.",
      "Amount to pay",
      "Payment",
      "Pay",
      "Fail the payment",
      "Paid. You can go back to the shop.",
      "The payment is closed. No money was taken.",
      "中文",
      "zh"),
  CHINESE(
      "zh",
      "沙箱收银台",
      "这是模拟支付，不会产生真实扣款。",
      "应付金额",
      "支付单",
      "确认支付",
      "支付失败",
      "支付成功，可以返回商城了。",
      "支付已关闭，没有扣款。",
      "English",
      "en");

  private static final String STYLE =
      """
      :root{color-scheme:light dark;--ink:#17212b;--soft:#5d6b79;--card:#fff;--page:#eef2f6;--line:#d9e0e7;--go:#0b6bcb;--ok:#1a7f4b;--no:#b3402a}
      @media (prefers-color-scheme:dark){:root{--ink:#e8edf2;--soft:#9aa8b6;--card:#1c242d;--page:#11161c;--line:#33404d;--go:#3d8fe0;--ok:#4cc38a;--no:#ef8069}}
      *{box-sizing:border-box}
      body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
      main{width:100%;max-width:26rem;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.75rem}
      header{display:flex;justify-content:space-between;gap:1rem;align-items:baseline}
      h1{font-size:1.1rem;margin:0}
      a{color:var(--go)}
      .soft{color:var(--soft);font-size:.9rem;margin:.25rem 0 0}
      .amount{font-size:2.4rem;font-weight:650;margin:.1rem 0 1rem;font-variant-numeric:tabular-nums}
      .amount small{font-size:1rem;font-weight:500;color:var(--soft)}
      .subject{margin:1.5rem 0 1.25rem;overflow-wrap:anywhere}
      .number{font-size:.85rem;color:var(--soft);overflow-wrap:anywhere;margin-bottom:1.25rem}
      form{margin:.6rem 0 0}
      button{width:100%;padding:.8rem;border-radius:10px;border:1px solid var(--line);background:transparent;color:var(--ink);font:inherit;font-weight:600;cursor:pointer}
      button.go{background:var(--go);border-color:var(--go);color:#fff}
      button:focus-visible,a:focus-visible{outline:3px solid var(--go);outline-offset:2px}
      .result{font-weight:600;padding:.9rem 1rem;border-radius:10px;border:1px solid currentColor;margin-top:1rem}
      .captured{color:var(--ok)}.closed{color:var(--no)}
      """;

  private final String language;
  private final String title;
  private final String hint;
  private final String amountLabel;
  private final String numberLabel;
  private final String pay;
  private final String fail;
  private final String paid;
  private final String closed;
  private final String otherName;
  private final String other;

  CashierPage(String... words) {
    this.language = words[0];
    this.title = words[1];
    this.hint = words[2];
    this.amountLabel = words[3];
    this.numberLabel = words[4];
    this.pay = words[5];
    this.fail = words[6];
    this.paid = words[7];
    this.closed = words[8];
    this.otherName = words[9];
    this.other = words[10];
  }

  /** The page of a payment at a provider. */
  String of(Payment payment, String provider) {
    String name = name(provider);
    String path = "/cashier/" + payment.id();
    String subject =
        payment.subject().isEmpty()
            ? ""
            : "<p class=\"subject\">" + escaped(payment.subject()) + "</p>";
    return """
    <!doctype html>
    <html lang="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>%s</title><style>%s</style></head>
    <body><main><header><h1>%s</h1><a href="%s?lang=%s" lang="%s">%s</a></header><p class="soft">%s</p>
    %s<div class="soft">%s</div><div class="amount">%s <small>%s</small></div>
    <div class="number">%s %s</div>
    %s</main></body></html>
    """
        .formatted(
            language,
            name,
            STYLE,
            name,
            path,
            other,
            other,
            otherName,
            hint,
            subject,
            amountLabel,
            major(payment.amount(), payment.currency()),
            payment.currency(),
            numberLabel,
            payment.id(),
            below(payment, path));
  }

  private String name(String provider) {
    return switch (provider) {
      case "alipay" -> this == CHINESE ? "模拟支付宝" : "Simulated Alipay";
      case "wechat" -> this == CHINESE ? "模拟微信支付" : "Simulated WeChat Pay";
      case "stripe" -> this == CHINESE ? "模拟 Stripe" : "Simulated Stripe";
      default -> title;
    };
  }

  private String below(Payment payment, String path) {
    return switch (payment.fate()) {
      case Payment.Pending _ ->
          """
          <form method="post" action="%s/pay?lang=%s"><button class="go">%s</button></form>
          <form method="post" action="%s/fail?lang=%s"><button>%s</button></form>
          """
              .formatted(path, language, pay, path, language, fail);
      case Payment.Captured _ -> "<p class=\"result captured\" role=\"status\">" + paid + "</p>";
      case Payment.Closed _ -> "<p class=\"result closed\" role=\"status\">" + closed + "</p>";
    };
  }

  /** The amount in major units, with the decimals that the currency has. */
  static String major(long amount, String currency) {
    int decimals = Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
    return String.format(Locale.ROOT, "%,." + decimals + "f", BigDecimal.valueOf(amount, decimals));
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
