package dev.gossamer.algorithm;

import dev.gossamer.algorithm.Pass.Stage;
import dev.gossamer.algorithm.Value.Compressed;
import dev.gossamer.algorithm.Value.Mixed;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Traffic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Counts what the workers send in training, values in float32. An algorithm that compresses sends what is left of its
 * values along the edges of W_t, in whole bytes, and nothing else along these; another one sends what it mixes. What is
 * sent along the same edges at the same time is one message. For use by one thread.
 */
public final class Communication {

    private final Update update;
    private final Scheme scheme;
    private final long[] tensors;
    private final long parameters;
    private final Map<Long, Sent> known = new HashMap<>();
    private long counted;
    private Sent total = Sent.NOTHING;

    /**
     * Of training from the first step on.
     *
     * @param update what a step does
     * @param scheme the mixing matrices of all steps
     * @param tensors sizes of the network's parameter tensors, in any order
     */
    public Communication(Update update, Scheme scheme, long[] tensors) {
        this.update = update;
        this.scheme = scheme;
        this.tensors = tensors.clone();
        parameters = LongStream.of(tensors).sum();
    }

    /**
     * What is sent in the first steps of training.
     *
     * @param steps how many, at least 0; counted on from those of the call before, where they are not fewer
     */
    public Sent until(long steps) {
        if (steps < counted) {
            counted = 0;
            total = Sent.NOTHING;
        }
        for (; counted < steps; counted++) {
            total = total.plus(at(counted));
        }
        return total;
    }

    /**
     * What is sent in a step.
     *
     * @param step the step, counted from 0
     */
    public Sent at(long step) {
        long exchange = update.exchange(step);
        OptionalInt period = scheme.period();
        if (period.isEmpty()) {
            return count(update.at(step), exchange);
        }
        long phase = exchange % period.getAsInt();
        long key = update.algorithm().kind(step) * (long) period.getAsInt() + phase;
        Sent before = known.get(key);
        if (before != null) {
            return before;
        }
        Sent found = count(update.at(step), phase);
        known.put(key, found);
        return found;
    }

    /** What steps of a kind send with the matrix of a step of the scheme. */
    private Sent count(Trace trace, long exchange) {
        int numbers = trace.step().numbers();
        boolean gossipsWhole = !trace.isCompressing();
        Stream<Sent> whole = trace.passes().stream().flatMap(pass -> pass.stages().stream())
                .flatMap(stage -> whole(stage, numbers, exchange, gossipsWhole));
        Stream<Sent> compressed = trace.passes().stream()
                .map(pass -> pass.measured().stream().filter(value -> value.compression().isSent()).toList())
                .filter(values -> !values.isEmpty())
                .map(values -> compressed(values, numbers, exchange));
        return Stream.concat(whole, compressed).reduce(Sent.NOTHING, Sent::plus);
    }

    private Stream<Sent> whole(Stage stage, int numbers, long exchange, boolean gossipsWhole) {
        Map<Exchange, Long> vectors = stage.mixed().stream()
                .filter(mixed -> mixed.exchange().isSent()
                        && (gossipsWhole || !mixed.exchange().equals(Exchange.GOSSIP)))
                .collect(Collectors.groupingBy(Mixed::exchange, Collectors.counting()));
        return vectors.entrySet().stream().map(entry -> {
            Traffic traffic = traffic(entry.getKey(), exchange);
            long values = entry.getValue() * parameters + numbers;
            return new Sent(traffic.messages(), Math.round(traffic.vectors() * values) * Float.BYTES);
        });
    }

    private Traffic traffic(Exchange exchange, long step) {
        if (exchange.equals(Exchange.GOSSIP)) {
            return scheme.traffic(step);
        }
        return exchange.equals(Exchange.MEAN)
                ? Traffic.ofAllReduce(scheme.workers())
                : Traffic.ofVectors(exchange.weights().apply(scheme.at(step)).messages());
    }

    private Sent compressed(List<Compressed> values, int numbers, long exchange) {
        long messages = scheme.at(exchange).messages();
        double bytes = values.stream().map(Compressed::compression).mapToDouble(this::bytes).sum();
        return new Sent(messages, messages * ((long) Math.ceil(bytes) + (long) numbers * Float.BYTES));
    }

    private double bytes(Compression compression) {
        return compression.isByTensor()
                ? LongStream.of(tensors).mapToDouble(compression::bytes).sum()
                : compression.bytes(parameters);
    }
}
