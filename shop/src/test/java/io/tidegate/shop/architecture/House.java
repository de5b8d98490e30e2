package io.tidegate.shop.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import io.tidegate.platform.db.Sql;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The house's rules; each answers with what breaks it. */
final class House {

  /** The shop's nouns, lowest first: call down, hear from below. */
  static final List<String> NOUNS =
      List.of(
          "kernel",
          "staff",
          "customer",
          "catalog",
          "promotion",
          "inventory",
          "points",
          "marketing",
          "notification",
          "payment",
          "cart",
          "fulfilment",
          "ordering",
          "effects",
          "aftersales",
          "reconciliation",
          "flashsale",
          "reporting",
          "privacy",
          "webhooks");

  /**
   * Words that say what is sold and paid, which the platform doesn't know. Customer and staff are
   * kinds of caller, which it does.
   */
  private static final Pattern BUSINESS =
      Pattern.compile(
          "(?:Order|Payment|Refund|Sku|Stock|Coupon|Points|Shipment|Parcel|Cart|Price|"
              + "Catalog|Warehouse|Money)(?:[A-Z]\\w*)?");

  private static final Pattern TABLE = Pattern.compile("\\b([a-z_]+)\\.[a-z_]+");

  private House() {}

  /** Dependencies on a package that stands higher, or has no place at all. */
  static List<String> upward(JavaClasses classes, String root) {
    List<String> broken = new ArrayList<>();
    for (JavaClass each : classes) {
      int own = level(each, root);
      if (own < 0) {
        broken.add(each.getName() + " has no place among the nouns");
      }
      for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (target.getPackageName().startsWith(root + ".") && level(target, root) > own) {
          broken.add(each.getName() + " -> " + target.getName());
        }
      }
    }
    return broken.stream().distinct().toList();
  }

  private static int level(JavaClass each, String root) {
    String rest = each.getPackageName().substring(root.length() + 1);
    return NOUNS.indexOf(rest.split("\\.", 2)[0]);
  }

  /** Domain classes that know more than {@code java.*}, JSpecify and other domain classes. */
  static List<String> impure(JavaClasses classes, String root, Predicate<JavaClass> isDomain) {
    List<String> broken = new ArrayList<>();
    for (JavaClass each : classes) {
      if (!isDomain.test(outermost(each))) {
        continue;
      }
      for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        String name = target.getName();
        boolean allowed =
            target.isPrimitive()
                || name.startsWith("java.")
                || name.startsWith("org.jspecify.")
                || (name.startsWith(root + ".") && isDomain.test(outermost(target)));
        if (!allowed) {
          broken.add(each.getName() + " -> " + name);
        }
      }
    }
    return broken.stream().distinct().toList();
  }

  /** Statements that name a table of another noun. */
  static List<String> foreignTables(JavaClasses classes, String root) throws Exception {
    List<String> broken = new ArrayList<>();
    for (JavaClass each : classes) {
      String noun = each.getPackageName().substring(root.length() + 1).split("\\.", 2)[0];
      for (Sql sql : statements(each)) {
        Matcher table = TABLE.matcher(sql.text());
        while (table.find()) {
          String schema = table.group(1);
          if (NOUNS.contains(schema) && !schema.equals(noun)) {
            broken.add(each.getName() + " names " + table.group());
          }
        }
      }
    }
    return broken.stream().distinct().toList();
  }

  /** The constants of a class that are statements. */
  static List<Sql> statements(JavaClass each) throws Exception {
    List<Sql> statements = new ArrayList<>();
    Class<?> type = Class.forName(each.getName());
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == Sql.class) {
        field.setAccessible(true);
        statements.add((Sql) field.get(null));
      }
    }
    return statements;
  }

  /** The names of {@link #statements}, in the same order. */
  static List<String> statementNames(JavaClass each) throws Exception {
    List<String> names = new ArrayList<>();
    for (Field field : Class.forName(each.getName()).getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == Sql.class) {
        names.add(field.getName());
      }
    }
    return names;
  }

  /** Classes that are named after the business, or know a package that does. */
  static List<String> worldly(JavaClasses classes, Collection<String> foreignRoots) {
    List<String> broken = new ArrayList<>();
    for (JavaClass each : classes) {
      if (BUSINESS.matcher(each.getSimpleName()).matches()) {
        broken.add(each.getName() + " is a business word");
      }
    }
    broken.addAll(knowing(classes, foreignRoots));
    return broken;
  }

  /** Classes that depend on one of these packages. */
  static List<String> knowing(JavaClasses classes, Collection<String> roots) {
    List<String> broken = new ArrayList<>();
    for (JavaClass each : classes) {
      for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getBaseComponentType().getName();
        if (roots.stream().anyMatch(root -> target.startsWith(root + "."))) {
          broken.add(each.getName() + " -> " + target);
        }
      }
    }
    return broken.stream().distinct().toList();
  }

  static JavaClass outermost(JavaClass each) {
    JavaClass outer = each;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer;
  }

  /** Names whose endings say that a class touches the platform. */
  static boolean isDomain(JavaClass each, Set<String> exceptions) {
    String name = each.getSimpleName();
    return !name.matches(
            "\\w*(?:Store|Routes|Worker|Consumer|Lane|Batch|Text|Json|Client|Service|Months)")
        && !name.equals("package-info")
        && !exceptions.contains(name);
  }
}
