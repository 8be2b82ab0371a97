package dev.gossamer.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalTest {

    @ParameterizedTest
    @CsvSource({
        "0.0078, 0.0078",
        "1.0, 1",
        "-25.5, -25.5",
        "0, 0",
        "-0.0, -0.0",
        "1e-6, 0.000001",
        "9e-7, 9e-7",
        "123456789012345, 123456789012345",
        "1e15, 1e15",
        "2e23, 2e23",
        "1e300, 1e300",
        "4.9e-324, 4.9e-324",
        "NaN, NaN",
        "Infinity, Infinity",
        "-Infinity, -Infinity"
    })
    void writesNumbersAsPeopleDo(double value, String text) {
        assertEquals(text, Decimal.format(value));
    }

    /** Against whole numbers: h hundredths of n are h n / 100. */
    @Test
    void partsOfWholeNumbersAreThoseOfTheDecimal() {
        for (int h = 0; h <= 300; h++) {
            for (long n : new long[] {0, 1, 7, 97, 100, 390, 1_000_000_000}) {
                assertEquals(h * n / 100, Decimal.wholePart(h / 100.0, n), h + " hundredths of " + n);
            }
        }
        assertEquals(0, Decimal.wholePart(4.9e-324, Long.MAX_VALUE));
        assertEquals(1_000_000_000_000L, Decimal.wholePart(1e6, 1_000_000));
    }

    @Test
    void theLocaleDoesNotMatter() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertEquals("1234.5", Decimal.format(1234.5));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void readsBackAsTheSameDoubleAndNoShorterDecimalDoes() {
        Random random = new Random(1);
        for (int k = 0; k < 20_000; k++) {
            double value = k % 2 == 0 ? random.nextDouble() : Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                String text = Decimal.format(value);
                assertEquals(value, Double.parseDouble(text), text);
                int digits = new BigDecimal(text).stripTrailingZeros().precision();
                assertTrue(digits == 1 || shortened(value, digits - 1) != value, text);
            }
        }
    }

    private static double shortened(double value, int digits) {
        return new BigDecimal(value).round(new MathContext(digits)).doubleValue();
    }
}
