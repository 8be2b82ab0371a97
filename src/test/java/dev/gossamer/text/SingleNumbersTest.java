package dev.gossamer.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers out of a text have the bits that Java's own parser, called by {@link Numbers}, gives them. */
class SingleNumbersTest {

    private static float read(String text) {
        return SingleNumbers.read(("7" + text + "7").toCharArray(), 1, 1 + text.length());
    }

    private static void assertAsNumbers(String text) {
        float expected;
        try {
            expected = (float) Numbers.decimal(text);
        } catch (NumberFormatException e) {
            assertThrows(NumberFormatException.class, () -> read(text), text);
            return;
        }
        if (Float.isInfinite(expected)) {
            assertThrows(NumberFormatException.class, () -> read(text), text);
        } else {
            assertEquals(Float.floatToRawIntBits(expected), Float.floatToRawIntBits(read(text)), text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "0", "-0", "+0.0", "-.5", "5.", ".", "", "-", "+-1", "1e", "1e+", "1e5", "1E-5", "1e+05", "1e005", "1e0005",
        "1e22", "1e23", "1e-22", "1e-23", "3.4028235e38", "3.4028236e38", "1e39", "1e400", "-1e-46", "1e-400", "1f",
        "0x1p5", "NaN", "Infinity", "1 ", " 1", "1.2.3", "--1", "1e1e1", "1,5", "1_0", "\u0661", "16777217", "16777219",
        "33554434.0000000000000000000001", "999999999999999999", "1000000000000000000", "9223372036854775808",
        "18446744073709551616", "0.000000000000000000000001234", "00000000000000000000012.5", "0.1000000000000000000001",
        "123456789012345678.9", "1234567890123456789.5", "0.99999999999999999999999999", "1e99999999999999999999",
    })
    void textsAreReadAsNumbersReadsThem(String text) {
        assertAsNumbers(text);
        assertAsNumbers("-" + text);
    }

    @Test
    void digitsAreNotReadBeyondTheLongestNumber() {
        assertAsNumbers("0." + "1".repeat(98));
        assertAsNumbers("0." + "1".repeat(99));
        assertAsNumbers("1".repeat(100));
    }

    /** As programs print: shortest, fixed and scientific, of 9, 17 and 19 digits. */
    @Test
    void numbersOfAllSizesHaveTheirBits() {
        Random random = new Random(5);
        for (int i = 0; i < 30_000; i++) {
            float single = Float.intBitsToFloat(random.nextInt());
            double value = random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
            assertAsNumbers(Float.toString(single));
            assertAsNumbers(Double.toString(value));
            assertAsNumbers(String.format(Locale.ROOT, "%.18e", value));
            assertAsNumbers(String.format(Locale.ROOT, "%.6f", value));
            assertAsNumbers(new BigInteger(random.nextInt(80), random).toString());
        }
    }

    /** Nearest to the middle of two floats, a digit more or less decides. */
    @Test
    void middlesBetweenFloatsAreRoundedAsTheNearestDouble() {
        Random random = new Random(6);
        for (int i = 0; i < 10_000; i++) {
            float low = Float.intBitsToFloat((random.nextInt(60) + 97 << 23) + random.nextInt(1 << 23));
            BigDecimal middle = new BigDecimal(low).add(new BigDecimal(Math.nextUp(low))).divide(BigDecimal.valueOf(2));
            for (BigDecimal near : new BigDecimal[] {middle, middle.add(middle.ulp()), middle.subtract(middle.ulp())}) {
                assertAsNumbers(near.toPlainString());
                assertAsNumbers(near.round(new java.math.MathContext(17)).toString());
            }
        }
    }
}
