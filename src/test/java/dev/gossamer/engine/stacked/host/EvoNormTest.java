package dev.gossamer.engine.stacked.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EvoNormTest {

    @Test
    void theSigmoidIsExactToSinglePrecision() {
        int count = 4001;
        float[] x = new float[count];
        float[] v = new float[count];
        float[] s = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = (i - count / 2) * 0.01f;
        }
        Arrays.fill(v, 1.7f);
        EvoNorm.sigmoids(x, v, s, count);
        for (int i = 0; i < count; i++) {
            assertEquals(1 / (1 + Math.exp(-1.7f * (double) x[i])), s[i], 1.3e-7, "x = " + x[i]);
        }
    }
}
