package dev.gossamer;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import org.junit.jupiter.api.Test;

/** The order of the packages: a package uses only those above it in this list. */
class ArchitectureTest {

    private static final String ROOT = "dev.gossamer";
    private static final List<String> ORDER = List.of(
            "text", "catalogue", "topology", "algorithm", "theory", "data", "model", "record", "machine", "engine",
            "placement", "configuration", "experiment", "report", "bench", "cli");

    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(ROOT);

    @Test
    void everyPackageHasItsPlaceInTheOrder() {
        for (JavaPackage found : CLASSES.getPackage(ROOT).getSubpackages()) {
            assertTrue(ORDER.contains(found.getRelativeName()), found + " has no place in the order of the packages");
        }
    }

    @Test
    void packagesUseOnlyThoseAboveThem() {
        for (int i = 0; i + 1 < ORDER.size(); i++) {
            List<String> below = new ArrayList<>();
            ORDER.subList(i + 1, ORDER.size()).forEach(name -> below.add(ROOT + "." + name + ".."));
            noClasses().that().resideInAPackage(ROOT + "." + ORDER.get(i) + "..")
                    .should().dependOnClassesThat().resideInAnyPackage(below.toArray(String[]::new))
                    .allowEmptyShould(true)
                    .check(CLASSES);
        }
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    /** Numbers over runs; texts and drawings of them; the page above all. */
    @Test
    void tablesAndChartsAreDrawnFromTheAnalysisAndKnowNothingOfEachOther() {
        String report = ROOT + ".report";
        noClasses().that().resideInAPackage(report + ".analysis")
                .should().dependOnClassesThat().resideInAnyPackage(report + ".table", report + ".chart", report)
                .check(CLASSES);
        noClasses().that().resideInAPackage(report + ".table")
                .should().dependOnClassesThat().resideInAnyPackage(report + ".chart", report)
                .check(CLASSES);
        noClasses().that().resideInAPackage(report + ".chart")
                .should().dependOnClassesThat().resideInAnyPackage(report + ".table", report)
                .check(CLASSES);
    }

    @Test
    void plainPackagesDoWithoutNd4jAndDeeplearning4j() {
        noClasses().that().resideInAnyPackage(
                        ROOT + ".catalogue..", ROOT + ".topology..", ROOT + ".record..", ROOT + ".report..", ROOT
                        + ".experiment..")
                .or().resideInAPackage(ROOT + ".engine")
                .should().dependOnClassesThat()
                .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..", "org.bytedeco..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void theEngineKnowsNothingOfFilesAndTheReportNothingOfEngines() {
        noClasses().that().resideInAPackage(ROOT + ".engine..")
                .should().dependOnClassesThat().resideInAPackage(ROOT + ".record..")
                .check(CLASSES);
        noClasses().that().resideInAPackage(ROOT + ".engine..")
                .and().doNotHaveSimpleName("UserCache")
                .should().dependOnClassesThat().resideInAPackage("java.nio.file..")
                .check(CLASSES);
        noClasses().that().resideInAPackage(ROOT + ".report..")
                .should().dependOnClassesThat().resideInAPackage(ROOT + ".engine..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    /** Of CUDA itself, others know how products are computed and what failed. */
    @Test
    void cudaIsReachedThroughItsDriverAloneWhichKnowsNothingOfTheEngine() {
        String cuda = ROOT + ".engine.stacked.cuda";
        String driver = cuda + ".driver";
        noClasses().that().resideInAPackage(driver)
                .should().dependOnClassesThat(resideInAPackage(ROOT + "..").and(resideOutsideOfPackage(driver)))
                .check(CLASSES);
        noClasses().that().resideInAPackage(ROOT + ".engine..").and().resideOutsideOfPackage(driver)
                .should().dependOnClassesThat().resideInAPackage("org.bytedeco.cuda..")
                .check(CLASSES);
        noClasses().that().resideOutsideOfPackage(cuda + "..")
                .should().dependOnClassesThat(resideInAPackage(driver)
                        .and(not(simpleName("Precision"))).and(not(simpleName("CudaException"))))
                .check(CLASSES);
    }

    /** Without a given width, the library asks JLine for it, and Ctrl-C kills the process with nothing recorded. */
    @Test
    void progressBarsAreGivenTheirWidth() {
        noClasses().should().callConstructor(ConsoleProgressBarConsumer.class, PrintStream.class).check(CLASSES);
    }
}
