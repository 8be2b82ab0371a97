package example;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.AlgorithmFamily;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Value;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Settings;
import java.util.List;

/** {@code X <- W_t (X - lr G / sqrt(G^2 + softness))}. */
public final class SmoothSignDescent implements AlgorithmFamily {

    private static final Key<Double> SOFTNESS =
            Key.number("softness", "0.01", "(0, 1]", "below its root, gradients are nearly proportional");

    @Override
    public String form() {
        return "smooth-sign-descent";
    }

    @Override
    public List<Key<?>> keys() {
        return List.of(SOFTNESS);
    }

    @Override
    public Algorithm algorithm(Settings settings) {
        double softness = settings.get(SOFTNESS);
        return step -> {
            Kept x = step.parameters();
            Value g = step.gradients();
            Value direction = g.over(g.times(g).plus(softness).root());
            x.becomes(step.mixed(x.minus(direction.times(Coefficient.LEARNING_RATE))));
        };
    }
}
