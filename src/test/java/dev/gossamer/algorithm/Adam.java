package dev.gossamer.algorithm;

/** Adam on each worker (Kingma and Ba, 2015), then mixing; moments stay local. */
public record Adam(double decay, double squaresDecay, double epsilon, double weightDecay) implements Algorithm {

    @Override
    public void step(Step step) {
        Kept x = step.parameters();
        Value gradients = step.gradients().plus(x.times(weightDecay));
        Value mean = mean(step.keep("first", Kept.Initial.ZERO), gradients, decay);
        Value square = mean(step.keep("second", Kept.Initial.ZERO), gradients.times(gradients), squaresDecay);
        Value direction = mean.over(square.root().plus(epsilon));
        x.becomes(step.mixed(x.minus(direction.times(Coefficient.LEARNING_RATE))));
    }

    /** The mean that corrects for the zeros at the start. */
    private static Value mean(Kept moments, Value value, double decay) {
        moments.becomes(moments.times(decay).plus(value.times(1 - decay)));
        return moments.next().times(Coefficient.of(clock -> 1 / (1 - Math.pow(decay, clock.step() + 1))));
    }
}
