package dev.gossamer.bench;

import dev.gossamer.bench.peer.PeerRates;
import dev.gossamer.report.table.Listing;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What is printed of measurements: in tables median and range, in CSV and JSON the values of all rounds. */
public final class BenchListing {

    private BenchListing() {}

    /**
     * A row for each run on each engine.
     *
     * @param peer whether there are peers
     */
    public static Listing<BenchRow> of(boolean peer) {
        Listing<BenchRow> listing = new Listing<BenchRow>()
                .text("model", "model", row -> row.run().network().model().form())
                .number("workers", "workers", row -> row.run().gossip().workers(), Object::toString)
                .text("engine", "engine", row -> row.run().placement().engine().form())
                .text("algorithm", "algorithm", row -> row.run().optimization().family().form())
                .number("images_per_second", "images/s", row -> row.imagesPerSecond().rounds(), cell("%.0f", 1))
                .number("step_seconds_per_worker", "ms/step/worker", row -> row.stepSecondsPerWorker().rounds(),
                        cell("%.2f", 1e3));
        if (peer) {
            listing.text("peer", "best peer", row -> row.bestPeer().map(PeerRates::label).orElse(""))
                    .number("peer_images_per_second", "PyTorch images/s",
                            row -> orNull(row.peerImagesPerSecond()), cell("%.0f", 1))
                    .number("ratio", "ratio", row -> orNull(row.ratio()), cell("%.2f", 1));
        }
        return listing
                .number("matrix_product_share", "% of sgemm", row -> row.matrixProductShare().rounds(),
                        cell("%.0f", 100))
                .number("update_seconds", "update ms", row -> row.updateSeconds().rounds(), cell("%.2f", 1e3))
                .number("update_floor_seconds", "floor ms", row -> row.updateFloorSeconds().rounds(),
                        cell("%.2f", 1e3))
                .number("update_share", "update % of copy", row -> row.updateShare().rounds(), cell("%.0f", 100));
    }

    private static Object orNull(Optional<Sample> sample) {
        return sample.map(Sample::rounds).orElse(null);
    }

    private static Function<Object, String> cell(String format, double unit) {
        return value -> {
            Sample sample = new Sample(((List<?>) value).stream().map(round -> unit * (Double) round).toList());
            return String.format(Locale.ROOT, format + " (" + format + " to " + format + ")",
                    sample.median(), sample.least(), sample.most());
        };
    }
}
