package io.rollcall;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Main → Sidecar → {serf, haproxy, status, files, memory, journal, mail} → core; the adapters never
 * meet.
 */
@AnalyzeClasses(packages = "io.rollcall", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule DEPENDENCIES =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("sidecar")
          .definedBy("io.rollcall")
          .layer("config")
          .definedBy("io.rollcall.config..")
          .layer("serf")
          .definedBy("io.rollcall.serf..")
          .layer("haproxy")
          .definedBy("io.rollcall.haproxy..")
          .layer("status")
          .definedBy("io.rollcall.status..")
          .layer("files")
          .definedBy("io.rollcall.files..")
          .layer("memory")
          .definedBy("io.rollcall.memory..")
          .layer("journal")
          .definedBy("io.rollcall.journal..")
          .layer("mail")
          .definedBy("io.rollcall.mail..")
          .layer("core")
          .definedBy("io.rollcall.core..")
          .whereLayer("sidecar")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("config")
          .mayOnlyBeAccessedByLayers("sidecar")
          .whereLayer("serf")
          .mayOnlyBeAccessedByLayers("sidecar")
          .whereLayer("haproxy")
          .mayOnlyBeAccessedByLayers("sidecar")
          .whereLayer("status")
          .mayOnlyBeAccessedByLayers("sidecar")
          .whereLayer("files")
          .mayOnlyBeAccessedByLayers("sidecar", "journal")
          .whereLayer("journal")
          .mayOnlyBeAccessedByLayers("sidecar")
          .whereLayer("mail")
          .mayOnlyBeAccessedByLayers("sidecar")
          .whereLayer("memory")
          .mayOnlyBeAccessedByLayers("sidecar");

  @ArchTest
  static final ArchRule CORE_IS_PURE =
      noClasses()
          .that()
          .resideInAPackage("io.rollcall.core..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vertx..",
              "io.netty..",
              "org.slf4j..",
              "java.io..",
              "java.nio..",
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
}
