package io.rollcall.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.rollcall.app.Main;

/**
 * app → reconcile → adapters → alert → core; the adapters (serf, haproxy, mail, store, http,
 * metrics) never use each other.
 */
@AnalyzeClasses(packages = "io.rollcall", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule DEPENDENCIES =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("app")
          .definedBy("io.rollcall.app..")
          .layer("reconcile")
          .definedBy("io.rollcall.reconcile..")
          .layer("config")
          .definedBy("io.rollcall.config..")
          .layer("serf")
          .definedBy("io.rollcall.serf..")
          .layer("haproxy")
          .definedBy("io.rollcall.haproxy..")
          .layer("mail")
          .definedBy("io.rollcall.mail..")
          .layer("store")
          .definedBy("io.rollcall.store..")
          .layer("http")
          .definedBy("io.rollcall.http..")
          .layer("metrics")
          .definedBy("io.rollcall.metrics..")
          .layer("alert")
          .definedBy("io.rollcall.alert..")
          .layer("logging")
          .definedBy("io.rollcall.logging..")
          .layer("core")
          .definedBy("io.rollcall.core..")
          .whereLayer("app")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("reconcile")
          .mayOnlyBeAccessedByLayers("app")
          .whereLayer("logging")
          .mayOnlyAccessLayers("core");

  @ArchTest
  static final ArchRule CORE_IS_PURE =
      noClasses()
          .that()
          .resideInAnyPackage("io.rollcall.core..", "io.rollcall.alert..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vertx..",
              "io.netty..",
              "org.slf4j..",
              "java.util.logging..",
              "io.rollcall.logging..",
              "java.io..",
              "java.nio.file..",
              "java.nio.channels..",
              "com.fasterxml..")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule PUBLIC_VERTX_ONLY =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx.core.impl..", "io.vertx.core.internal..");

  @ArchTest
  static final ArchRule ONE_EXIT =
      noClasses()
          .that()
          .doNotBelongToAnyOf(Main.class)
          .should()
          .callMethod(System.class, "exit", int.class);

  /**
   * A write to a standard stream waits for whatever reads it; only the log does that, in its
   * thread.
   */
  @ArchTest
  static final ArchRule STANDARD_STREAMS =
      noClasses().that().doNotBelongToAnyOf(Main.class).should(ACCESS_STANDARD_STREAMS);
}
