package io.rollcall.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.rollcall.app.Main;
import io.rollcall.cli.Rollcall;
import java.time.Instant;
import java.time.InstantSource;

/**
 * cli → app → reconcile → adapters → alert → core. The adapters (serf, haproxy, mail, channel,
 * store, http, metrics, config, logging) never use each other.
 */
@AnalyzeClasses(packages = "io.rollcall", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule LAYERS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("cli")
          .definedBy("io.rollcall.cli..")
          .layer("app")
          .definedBy("io.rollcall.app..")
          .layer("reconcile")
          .definedBy("io.rollcall.reconcile..")
          .layer("serf")
          .definedBy("io.rollcall.serf..")
          .layer("haproxy")
          .definedBy("io.rollcall.haproxy..")
          .layer("mail")
          .definedBy("io.rollcall.mail..")
          .layer("channel")
          .definedBy("io.rollcall.channel..")
          .layer("store")
          .definedBy("io.rollcall.store..")
          .layer("http")
          .definedBy("io.rollcall.http..")
          .layer("metrics")
          .definedBy("io.rollcall.metrics..")
          .layer("config")
          .definedBy("io.rollcall.config..")
          .layer("logging")
          .definedBy("io.rollcall.logging..")
          .layer("alert")
          .definedBy("io.rollcall.alert..")
          .layer("core")
          .definedBy("io.rollcall.core..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("app")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("reconcile")
          .mayOnlyBeAccessedByLayers("app")
          .whereLayer("serf")
          .mayOnlyBeAccessedByLayers("cli", "app", "reconcile")
          .whereLayer("haproxy")
          .mayOnlyBeAccessedByLayers("cli", "app", "reconcile")
          .whereLayer("mail")
          .mayOnlyBeAccessedByLayers("app", "reconcile")
          .whereLayer("channel")
          .mayOnlyBeAccessedByLayers("app", "reconcile")
          .whereLayer("store")
          .mayOnlyBeAccessedByLayers("cli", "app", "reconcile")
          .whereLayer("http")
          .mayOnlyBeAccessedByLayers("app", "reconcile")
          .whereLayer("metrics")
          .mayOnlyBeAccessedByLayers("app", "reconcile")
          .whereLayer("config")
          .mayOnlyBeAccessedByLayers("cli", "app", "reconcile")
          .whereLayer("core")
          .mayNotAccessAnyLayer()
          .whereLayer("alert")
          .mayOnlyAccessLayers("core");

  @ArchTest
  static final ArchRule NO_CYCLES = slices().matching("io.rollcall.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NOTHING_AT_THE_TOP =
      noClasses().should().resideInAPackage("io.rollcall").allowEmptyShould(true);

  @ArchTest
  static final ArchRule CORE_AND_ALERT_ARE_PURE =
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
              "java.io..",
              "java.nio.file..",
              "java.nio.channels..",
              "java.util.concurrent..",
              "com.fasterxml..")
          .orShould()
          .callMethod(System.class, "nanoTime");

  /**
   * Intervals are measured by the steady clock that app, or a command, makes; people read what it
   * converts.
   */
  @ArchTest
  static final ArchRule ONE_CLOCK =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.rollcall.app..", "io.rollcall.cli..", "io.rollcall.logging..")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(InstantSource.class, "system")
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
          .doNotBelongToAnyOf(Main.class, Rollcall.class)
          .should()
          .callMethod(System.class, "exit", int.class);

  /** Standard output may be a full pipe: only the log's own thread waits for it. */
  @ArchTest
  static final ArchRule NO_PRINTING =
      noClasses()
          .that()
          .doNotBelongToAnyOf(Main.class, Rollcall.class)
          .and()
          .resideOutsideOfPackage("io.rollcall.logging..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");
}
