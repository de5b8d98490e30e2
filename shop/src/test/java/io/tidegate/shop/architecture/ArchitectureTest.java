package io.tidegate.shop.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.tidegate.platform.testing.TestPostgres;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The house keeps its rules, and each rule sees what is planted against it. */
class ArchitectureTest {

  private static final String SHOP = "io.tidegate.shop";
  private static final String PLANTED = "io.tidegate.shop.planted";
  private static final JavaClasses HOUSE = without(ArchitectureTest.class, SHOP);
  private static final JavaClasses PLATFORM = without(TestPostgres.class, "io.tidegate.platform");
  private static final JavaClasses BROKEN = new ClassFileImporter().importPackages(PLANTED + "..");

  /**
   * Classes that touch the platform under a name of their own: caches and an index of goods and
   * prices, ranks and numbers that speak the lane's language, and what fulfilment reads and tells;
   * what a person decides about a refund, with its rows.
   */
  private static final Set<String> NOT_DOMAIN =
      Set.of(
          "Catalog",
          "PriceBook",
          "TermsDesk",
          "TemplateDesk",
          "FreightBook",
          "TariffBook",
          "GoodsSearch",
          "GoodsQuery",
          "GoodsAnalyzer",
          "LockRank",
          "OrderNumbers",
          "Availability",
          "Answers",
          "StockDesk",
          "ParkedDesk",
          "RefundDecisions",
          "DifferenceDesk",
          "ExpectedDays",
          "Judgement",
          "RefundDesk",
          "RefundInquiry",
          "RefundBook",
          "RefundGround",
          "StockCount",
          "FactLog",
          "PerksBack",
          "StuckDesk",
          "GivenUpDesk",
          "PaymentLook",
          "AlipayRsa2",
          // Sales in memory, and where staff and time act on them.
          "SaleBook",
          "SaleDesk",
          "SalePools",
          "EachSale",
          "Transcripts",
          "SoldOut",
          "DrawDesk",
          // The way in to sales: gates and line, what signs, and what answers.
          "FixedPriceOrders",
          "Gate",
          "Gates",
          "FlashLine",
          "FlashOrders",
          "FlashLimits",
          "Draws",
          "SaleMeters",
          "TicketDesk",
          "KnownKeys",
          "Hmac",
          "PurchaseTokens",
          "ProofOfWork",
          // The lake: DuckDB, its files and who writes and reads them.
          "Lake",
          "LakeGround",
          "LakeFiles",
          "LakeViews",
          "LakeWriter",
          "BehaviourWriter",
          "LakeOutput",
          "LakeHome",
          "LakeReader",
          "LakeRepair",
          "LakeCompaction",
          "LakeUpkeep",
          "LakeCopies",
          "LakeMirror",
          "LakeStatus",
          "LakeComparison",
          "ImportedRows",
          "ImportLeftovers",
          "KnownGoods",
          // Reports: what is kept of days, what answers, and what makes up a lake.
          "Rollups",
          "RollupFile",
          "KnownCoupons",
          "RollupHistory",
          "RollupCheck",
          "ReportDesk",
          "ReportText",
          "SqlDesk",
          "Deadlines",
          "LakeFill",
          "FillScript",
          // Orders that have left the database: their files and manifest.
          "ArchiveFiles",
          "ArchiveMirror",
          "ArchiveKey",
          "ArchiveWriter",
          "ArchiveReader",
          "RawRowsFile",
          // Webhooks: what people do about them, and what is posted and signed.
          "WebhookDesk",
          "WebhookBody",
          "WebhookHeaders",
          "WebhookSecret",
          // Others' systems: what they are asked, and what they feed.
          "Outside",
          "SignedWarehouse",
          "SignedSender",
          "Grantor",
          "OwnGrantor",
          "SignedGrantor",
          "GrantStores",
          "StockFeed",
          "CatalogFeed",
          // Payment providers: gateways, forms and keys, and what is kept of their notices.
          "AlipayGateway",
          "AlipayNotices",
          "AlipayBills",
          "BillCells",
          "BillLines",
          "WechatGateway",
          "WechatNotices",
          "WechatBills",
          "StripeGateway",
          "StripeEvents",
          "StripeBalance",
          "StatementCalls",
          "NoticeMask",
          "NoticeJournal",
          // They put what the rules decide into rows and events, for large states.
          "PastOrder",
          "PastParcel");

  @Test
  void theClassesAreReallyThere() {
    assertThat(HOUSE.contain(SHOP + ".ordering.OrderRules")).isTrue();
    assertThat(HOUSE.contain(SHOP + ".kernel.Money")).isTrue();
    assertThat(HOUSE.contain(PLANTED + ".kernel.LooksUp")).isFalse();
    assertThat(PLATFORM.contain("io.tidegate.platform.db.Database")).isTrue();
    assertThat(BROKEN).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void aPackageCallsOnlyPackagesBeneathIt() {
    assertThat(House.upward(HOUSE, SHOP)).isEmpty();
    assertThat(House.upward(BROKEN.that(nouns()), PLANTED))
        .containsExactly(PLANTED + ".kernel.LooksUp -> " + PLANTED + ".ordering.OrderThing");
  }

  @Test
  void decisionsKnowNothingOfThePlatform() {
    assertThat(House.impure(HOUSE, SHOP, each -> House.isDomain(each, NOT_DOMAIN))).isEmpty();
    assertThat(House.impure(BROKEN, PLANTED, each -> House.isDomain(each, Set.of())))
        .contains(PLANTED + ".ordering.OrderThing -> io.tidegate.platform.db.Database");
  }

  @Test
  void aNounReadsAndWritesItsOwnTablesOnly() throws Exception {
    assertThat(House.foreignTables(HOUSE, SHOP)).isEmpty();
    assertThat(House.foreignTables(BROKEN.that(nouns()), PLANTED))
        .containsExactly(PLANTED + ".payment.PeekStore names ordering.orders");
    int statements = 0;
    for (var each : HOUSE) {
      statements += House.statements(each).size();
    }
    assertThat(statements).isGreaterThan(60);
  }

  @Test
  void thePlatformKnowsNoBusiness() {
    List<String> business = List.of(SHOP, "io.tidegate.server", "io.tidegate.harness");
    assertThat(House.worldly(PLATFORM, business)).isEmpty();
    assertThat(House.worldly(BROKEN, List.of(SHOP)))
        .contains(
            PLANTED + ".ordering.OrderThing is a business word",
            PLANTED + ".kernel.LooksUp -> " + PLANTED + ".ordering.OrderThing");
  }

  @Test
  void nobodyKnowsTheServer() {
    List<String> above = List.of("io.tidegate.server", "io.tidegate.harness");
    assertThat(House.knowing(HOUSE, above)).isEmpty();
    assertThat(House.knowing(PLATFORM, above)).isEmpty();
    assertThat(House.knowing(BROKEN, List.of(PLANTED + ".ordering")))
        .containsExactly(PLANTED + ".kernel.LooksUp -> " + PLANTED + ".ordering.OrderThing");
  }

  private static DescribedPredicate<JavaClass> nouns() {
    return DescribedPredicate.describe("in a noun", each -> !each.getPackageName().equals(PLANTED));
  }

  /** A package's classes, without those that lie where this test class lies. */
  static JavaClasses without(Class<?> test, String root) {
    String tests = test.getProtectionDomain().getCodeSource().getLocation().getPath();
    return new ClassFileImporter()
        .withImportOption(location -> !location.contains(tests))
        .importPackages(root);
  }
}
