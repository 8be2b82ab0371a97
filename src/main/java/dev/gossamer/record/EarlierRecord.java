package dev.gossamer.record;

import dev.gossamer.algorithm.Algorithms;
import dev.gossamer.algorithm.WarmUp;
import dev.gossamer.algorithm.method.ClippedGradients;
import dev.gossamer.catalogue.Key;
import dev.gossamer.data.Augmentation;
import dev.gossamer.data.Mixup;
import dev.gossamer.model.Network;
import dev.gossamer.topology.Consensus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Configurations from before there were some of the keys, each of which says what went without saying then. */
final class EarlierRecord {

    private EarlierRecord() {}

    /**
     * A configuration with the keys that came later.
     *
     * @param recorded texts by the names of their keys; empty for no record
     */
    static Map<String, String> completed(Map<String, String> recorded) {
        if (recorded.isEmpty()) {
            return recorded;
        }
        Map<String, String> completed = new LinkedHashMap<>(recorded);
        complete(completed, List.of(Algorithms.KEY));
        complete(completed, Algorithms.keys(completed.get(Algorithms.KEY.toString())));
        complete(completed, Consensus.KEYS);
        complete(completed, List.of(
                WarmUp.KEY, ClippedGradients.KEY, Network.LABEL_SMOOTHING, Augmentation.KEY, Mixup.ALPHA));
        return completed;
    }

    private static void complete(Map<String, String> texts, List<? extends Key<?>> keys) {
        keys.forEach(key -> key.before().ifPresent(text -> texts.putIfAbsent(key.toString(), text)));
    }
}
