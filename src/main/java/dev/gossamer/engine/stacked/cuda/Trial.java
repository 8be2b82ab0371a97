package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.Preparation.Candidate;
import dev.gossamer.engine.stacked.cuda.ConvolutionWay.Operands;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways to carry out one pass of a convolution, tried one after the other on the values that are there. A way is
 * launched, compared with the reference, recorded, and timed as it will run: as a recorded graph. One that fails, that
 * is hopelessly slow, that cannot be recorded or that computes something else is refused.
 */
final class Trial {

    /** A launch that takes longer than the best way times this, and than this, in ms, is not tried further. */
    private static final double HOPELESS = 2;
    private static final double LONG_MILLISECONDS = 0.5;

    /** A graph is made of so many launches that it takes about so long, in ms: the clock's steps then matter little. */
    private static final double LEAST_MILLISECONDS = 0.2;
    private static final int MOST_LAUNCHES = 20;

    private static final Logger LOG = LoggerFactory.getLogger(Trial.class);

    private final Gpu gpu;
    private final ConvolutionShape shape;
    private final Operands operands;
    private final long sums;
    private final List<Candidate> candidates = new ArrayList<>();
    private Sketch expected;
    private ConvolutionWay best;
    private double deviation;
    private double least = Double.POSITIVE_INFINITY;

    /**
     * @param operands what is worked on
     * @param sums address of {@link Sketch#bytes} bytes
     */
    Trial(Gpu gpu, ConvolutionShape shape, Operands operands, long sums) {
        this.gpu = gpu;
        this.shape = shape;
        this.operands = operands;
        this.sums = sums;
    }

    /** The way that the others are compared with, itself checked by the self-test. Where it fails, the next one is. */
    void reference(ConvolutionWay way) {
        try {
            way.launch(operands);
            expected = result();
        } catch (CudaException e) {
            LOG.warn("{} by {}: {}", shape, way.name(), e.getMessage());
            checkThatTheGpuAnswers(way, e);
        }
    }

    /** Tries a way. */
    void attempt(ConvolutionWay way) {
        deviation = Double.NaN;
        try {
            double milliseconds = milliseconds(way);
            candidates.add(new Candidate(way.name(), milliseconds, deviation, false, ""));
            if (milliseconds < least) {
                least = milliseconds;
                best = way;
            }
        } catch (CudaException e) {
            boolean wrong = deviation > gpu.precision().allowedDeviation();
            candidates.add(new Candidate(way.name(), Double.NaN, deviation, wrong, e.getMessage()));
            checkThatTheGpuAnswers(way, e);
        }
        LOG.debug("{}: {}", shape, candidates.get(candidates.size() - 1));
    }

    /** The fastest of those that work. */
    Optional<ConvolutionWay> best() {
        return Optional.ofNullable(best);
    }

    /** All that were tried. */
    List<Candidate> candidates() {
        return candidates;
    }

    private double milliseconds(ConvolutionWay way) {
        spoilResult();
        way.launch(operands); // also loads what it needs
        check(result());
        double longest = Math.max(HOPELESS * least, LONG_MILLISECONDS); // what is short may be the host's pace
        double once = gpu.milliseconds(() -> way.launch(operands));
        if (once > longest) { // the host may have been busy, with compiling other ways
            once = Math.min(once, gpu.milliseconds(() -> way.launch(operands)));
        }
        if (once > longest) {
            throw new CudaException("stopped after a launch of " + Math.round(1e3 * once)
                    + " us, more than twice the best");
        }
        int launches = (int) Math.max(1, Math.min(MOST_LAUNCHES, LEAST_MILLISECONDS / once));
        return ReplayTime.median(gpu, () -> way.launch(operands), launches);
    }

    private Sketch result() {
        return Sketch.of(gpu, resultAddress(), resultValues(), sums);
    }

    /** So that a way which does nothing, or not all, does not pass for the one before it. */
    private void spoilResult() {
        gpu.launch("fill_noise", new Gpu.Grid(gpu.blocks(), gpu.threads(), 1, 0), resultAddress(), 2L, resultValues());
    }

    private long resultAddress() {
        return switch (shape.pass()) {
            case FORWARD -> operands.y();
            case WEIGHTS -> operands.weights();
            case DATA -> operands.x();
        };
    }

    private long resultValues() {
        return switch (shape.pass()) {
            case FORWARD -> shape.resultValues();
            case WEIGHTS -> shape.weightValues();
            case DATA -> shape.inputValues();
        };
    }

    private void check(Sketch result) {
        if (expected == null) {
            expected = result;
        }
        deviation = result.distance(expected);
        double allowed = gpu.precision().allowedDeviation();
        if (!(deviation <= allowed)) {
            throw new CudaException(String.format(
                    "its result differs by %.1e of its norm from that of patches, %.1e is allowed", deviation,
                    allowed));
        }
    }

    /** An access outside of memory ends all work of the process on the GPU, and shows in whatever is done next. */
    private void checkThatTheGpuAnswers(ConvolutionWay way, CudaException failure) {
        try {
            gpu.await();
        } catch (CudaException e) {
            CudaException lost = new CudaException("the GPU does not answer any more after " + way.name()
                    + " was tried for " + shape + " (" + failure.getMessage() + "); " + Switch.ROUTES.variable()
                    + " without its way avoids it");
            lost.addSuppressed(failure);
            throw lost;
        }
    }
}
