package dev.gossamer.configuration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.WarmUp;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LearningRatesTest {

    private static final int IMAGES = 50_000;

    private static RunConfiguration run(String steps, String schedule, String warmUp) {
        Map<Key<?>, String> texts = new HashMap<>(Map.of(Optimization.STEPS, steps, Optimization.LEARNING_RATE, "0.4",
                Optimization.LEARNING_RATE_SCHEDULE, schedule, WarmUp.KEY, warmUp));
        return RunConfiguration.of(texts);
    }

    private static double[] rates(RunConfiguration run) {
        LearningRates rates = run.learningRates(IMAGES);
        return LongStream.range(0, rates.steps()).mapToDouble(step -> 0.4 * rates.factor(step)).toArray();
    }

    /**
     * The rates of PyTorch 1.13's schedulers with a rate of 0.4: CosineAnnealingLR(T_max=10, eta_min=0 or 0.02),
     * LinearLR(1, 0 or 0.2, total_iters=10), MultiStepLR([5, 8], 0.1), a LinearLR(1, 0, total_iters=5) from step 5 on
     * by SequentialLR; LinearLR(1 / k, 1, total_iters=k - 1) beside them by ChainedScheduler.
     */
    @ParameterizedTest
    @CsvSource({
        "cosine, 0, '0.4, 0.390211303259, 0.361803398875, 0.317557050458, 0.261803398875, 0.2, 0.138196601125,"
                + " 0.0824429495415, 0.038196601125, 0.00978869674097'",
        "cosine-to-0.05, 0, '0.4, 0.390700738096, 0.363713228931, 0.321679197936, 0.268713228931, 0.21, 0.151286771069,"
                + " 0.0983208020644, 0.0562867710688, 0.0292992619039'",
        "linear, 0, '0.4, 0.36, 0.32, 0.28, 0.24, 0.2, 0.16, 0.12, 0.08, 0.04'",
        "linear-to-0.2, 0, '0.4, 0.368, 0.336, 0.304, 0.272, 0.24, 0.208, 0.176, 0.144, 0.112'",
        "cosine, 4, '0.1, 0.19510565163, 0.271352549156, 0.317557050458, 0.261803398875, 0.2, 0.138196601125,"
                + " 0.0824429495415, 0.038196601125, 0.00978869674097'",
        "1:0.5+0.1:0.3+0.01:0.2, 3, '0.133333333333, 0.266666666667, 0.4, 0.4, 0.4, 0.04, 0.04, 0.04, 0.004, 0.004'",
        "1:0.5+linear:0.5, 0, '0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.32, 0.24, 0.16, 0.08'",
        "constant, 10, '0.04, 0.08, 0.12, 0.16, 0.2, 0.24, 0.28, 0.32, 0.36, 0.4'",
    })
    void areThoseOfPyTorchsSchedulers(String schedule, String warmUp, String expected) {
        assertArrayEquals(Arrays.stream(expected.split(", ")).mapToDouble(Double::parseDouble).toArray(),
                rates(run("10", schedule, warmUp)), 1e-12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"constant", "cosine", "linear", "cosine-to-0.01", "linear-to-1e-7", "1:0.75+0.1:0.25",
        "1:0.8+cosine:0.2", "2:0.1+linear-to-0.5:0.4+cosine-to-0.25:0.5", "linear-to-2:0.5+cosine:0.5"})
    void areRecordedAsTheyAreWritten(String schedule) {
        RunConfiguration run = run("10", schedule, "0");
        assertEquals(schedule, run.toMap().get("learning-rate-schedule"));
        assertEquals(run, RunConfiguration.of(texts(run)));
    }

    private static Map<Key<?>, String> texts(RunConfiguration run) {
        Map<Key<?>, String> texts = new HashMap<>();
        run.values().forEach((key, value) -> texts.put(key, value.toString()));
        return texts;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cosine-to-", "cosine-to--1", "cosine:0.5", "cosine:0.5+linear:0.5", "0:1", "linear-to-2e6",
        "cosine:1:1", "0.5", "step", "cosine-to-NaN", "1:0.5+cosine"})
    void othersAreRefused(String schedule) {
        assertTrue(assertThrows(ConfigurationException.class, () -> run("10", schedule, "0")).getMessage().startsWith(
                "learning-rate-schedule must be constant, linear, cosine, cosine-to-0.01 or the like, or stages"));
    }

    /** The reason follows the text; where a number is none, the allowed values say it already. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "cosine:0.5+1:0.5 | ; only the last stage can end at 0",
        "1:0.5+0.1:0.4 | ; the shares of the stages must add up to 1, got 0.9",
        "cosine:1:1 | ; a stage is written factor:share, got \"cosine:1:1\"",
        "1:0.5+half | ; a stage is written factor:share, got \"half\"",
        "0:1 | '; a stage has a factor in (0, 1e6], or 0 where it falls in a line or half a cosine, and a share in (0, 1]'",
        "x:1 | ''"})
    void othersAreRefusedWithTheReason(String schedule, String reason) {
        String message = assertThrows(ConfigurationException.class, () -> run("10", schedule, "0")).getMessage();
        assertTrue(message.endsWith("with shares that add up to 1, got \"" + schedule + "\"" + reason), message);
    }

    /** An epoch has floor(50,000 / (32 * 16)) = 97 steps. */
    @Test
    void aWarmUpInEpochsIsOneInSteps() {
        assertEquals(485, run("1000", "cosine", "5-epochs").learningRates(IMAGES).warmUp());
        assertEquals(48, run("1000", "cosine", "0.5-epochs").learningRates(IMAGES).warmUp());
        assertEquals("0.5-epochs", run("1000", "cosine", "0.50-epochs").toMap().get("warm-up"));
        assertEquals(new BigDecimal(48), run("1000", "cosine", "48").toMap().get("warm-up"));
        assertArrayEquals(rates(run("1000", "cosine", "0.5-epochs")), rates(run("1000", "cosine", "48")));
    }

    @ParameterizedTest
    @CsvSource({"0.5", "-1", "0-epochs", "-1-epochs", "5e", "5 epochs", "1000000001", "1e7-epochs", "''"})
    void otherWarmUpsAreRefused(String warmUp) {
        assertEquals("warm-up must be a whole number of steps in [0, 1000000000], or a number of epochs in (0, 1e6] such"
                + " as 5-epochs, got \"" + warmUp + "\"",
                assertThrows(ConfigurationException.class, () -> run("10", "cosine", warmUp)).getMessage());
    }

    @Test
    void aWarmUpFitsIntoItsRun() {
        assertEquals(10, run("10", "cosine", "10").learningRates(IMAGES).warmUp());
        assertEquals("warm-up must be at most the 10 steps of the run, got 11", assertThrows(
                ConfigurationException.class, () -> run("10", "cosine", "11").learningRates(IMAGES)).getMessage());
        assertEquals("warm-up must be at most the 10 steps of the run, got 1-epochs, which are 97 steps", assertThrows(
                ConfigurationException.class, () -> run("10", "cosine", "1-epochs").steps(IMAGES)).getMessage());
    }

    /** 0.29 of 100 steps are 29, of a run as of a warm-up. */
    @Test
    void partsOfEpochsAreThoseOfTheDecimal() {
        RunConfiguration run = RunConfiguration.of(Map.of(Optimization.EPOCHS, "0.29", WarmUp.KEY, "0.29-epochs"));
        LearningRates rates = run.learningRates(100 * 32 * 16);
        assertEquals(29, rates.steps());
        assertEquals(29, rates.warmUp());
    }

    @Test
    void aWarmUpInEpochsHasAStep() {
        assertEquals(1, run("1000", "cosine", "0.011-epochs").learningRates(IMAGES).warmUp());
        assertEquals("warm-up must be 0 or at least one step, got 0.01-epochs of 97 steps each", assertThrows(
                ConfigurationException.class, () -> run("10", "cosine", "0.01-epochs").steps(IMAGES)).getMessage());
        assertEquals("warm-up must be 0 or at least one step, got 5-epochs of 0 steps each", assertThrows(
                ConfigurationException.class, () -> run("10", "cosine", "5-epochs").steps(511)).getMessage());
        assertEquals(0, run("10", "cosine", "0").learningRates(511).warmUp());
    }

    /** Against the smallest of all steps. */
    @ParameterizedTest
    @ValueSource(strings = {"constant", "linear", "cosine", "linear-to-2", "2:0.1+linear-to-0.5:0.4+cosine:0.5",
        "1:0.5+0.01:0.5", "0.1:0.001+1:0.999", "linear-to-2:0.5+cosine:0.5", "cosine-to-3:0.3+linear-to-0.1:0.7"})
    void theSmallestFactorIsAtTheEndOfAStage(String schedule) {
        for (String warmUp : List.of("0", "1", "2", "50", "97", "299")) {
            for (String steps : List.of("300", "900")) {
                LearningRates rates = run(steps, schedule, warmUp).learningRates(IMAGES);
                assertEquals(smallest(rates), rates.least(), schedule + ", " + warmUp + ", " + steps);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cosine-to-0.01", "cosine-to-0.001", "cosine-to-1e-9", "cosine-to-0.002:0.6+1:0.4"})
    void noStepHasHalfOfTheSmallestFactorThere(String schedule) {
        for (String warmUp : List.of("50", "300", "900")) {
            LearningRates rates = run("900", schedule, warmUp).learningRates(IMAGES);
            assertTrue(smallest(rates) > rates.least() / 2, schedule + ", " + warmUp);
        }
    }

    private static double smallest(LearningRates rates) {
        return LongStream.range(0, rates.steps()).mapToDouble(rates::factor).min().orElseThrow();
    }

    /** (1 + cos(pi t / T)) / 2 is (pi / 2 / T)^2 in the last step, up to its fourth power. */
    @ParameterizedTest
    @ValueSource(strings = {"1000000", "1000000000"})
    void halfACosineDoesNotCancel(String steps) {
        double last = Math.PI / 2 / Double.parseDouble(steps);
        assertEquals(1, run(steps, "cosine", "0").learningRates(IMAGES).least() / (last * last), 1e-6);
    }
}
