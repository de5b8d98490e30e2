package io.tidegate.harness.browser;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Tests that meet the program in a browser; they take the {@link Stage} as a parameter. */
@Tag("browser")
@ExtendWith(InBrowser.Curtain.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface InBrowser {

  /** Opens the stage once for all classes and clears it after each test. */
  final class Curtain implements ExecutionCondition, ParameterResolver, AfterEachCallback {
    private static final String MISSING =
        "browser tests are skipped: no Chromium on the path, and TIDEGATE_CHROMIUM names none";
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (Chromium.find().isPresent()) {
        return ConditionEvaluationResult.enabled("there is a Chromium");
      }
      if (TOLD.compareAndSet(false, true)) {
        System.out.println(MISSING);
      }
      return ConditionEvaluationResult.disabled(MISSING);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Stage.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return stage(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
      stage(context)
          .clear(
              context.getRequiredTestMethod().getName(),
              context.getExecutionException().isPresent());
    }

    /** The store of the whole run closes what is closeable at its end. */
    private static Stage stage(ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(Curtain.class))
          .computeIfAbsent(Stage.class, _ -> open(), Stage.class);
    }

    private static Stage open() {
      try {
        return new Stage(Chromium.find().orElseThrow());
      } catch (Exception e) {
        throw new IllegalStateException("the stage can't be opened", e);
      }
    }
  }
}
