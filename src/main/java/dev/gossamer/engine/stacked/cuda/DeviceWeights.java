package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Exchange;
import dev.gossamer.engine.Prepared;
import dev.gossamer.engine.Weights;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.topology.MixingMatrix;
import java.nio.ByteOrder;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;

/**
 * The maps that an exchange makes of mixing matrices, in the memory of a GPU: of those that {@link Prepared} keeps.
 * Their addresses are arguments of launches that are not recorded: once the GPU has been waited for, nobody reads what
 * is forgotten.
 */
final class DeviceWeights {

    private final Gpu gpu;
    private final Exchange exchange;
    private final Prepared<Block> prepared = new Prepared<>(this::upload, this::forget);
    private Block spare;
    private BytePointer staging = new BytePointer();

    /**
     * Memory for one.
     *
     * @param workers n
     * @param entries weights of the one that lies there
     * @param capacity bytes, a power of two, so that one matrix often fits where another one was
     */
    private record Block(long address, int workers, int entries, long capacity) {

        /** Addresses of what {@link Weights#write} writes, in the order of a kernel's parameters. */
        List<Object> arguments() {
            long repeated = address + Integer.BYTES * (workers + 1L);
            long senders = repeated + Integer.BYTES * (long) workers;
            return List.of(address, senders, senders + Integer.BYTES * (long) entries, repeated);
        }
    }

    DeviceWeights(Gpu gpu, Exchange exchange) {
        this.gpu = gpu;
        this.exchange = exchange;
    }

    /** A kernel's arguments for a mixing matrix: addresses of row starts, senders, weights, and repetitions. */
    List<Object> arguments(MixingMatrix mixing) {
        return prepared.of(mixing).arguments();
    }

    private Block upload(MixingMatrix network) {
        MixingMatrix mixing = exchange.weights().apply(network);
        gpu.await(); // what was copied has arrived, and nobody reads what is forgotten
        long bytes = Weights.bytes(mixing);
        int n = mixing.workers();
        Block block = new Block(place(bytes), n, mixing.rowStart(n), capacity(bytes));
        if (staging.capacity() < bytes) {
            staging = new BytePointer(gpu.staging(block.capacity)).capacity(block.capacity);
        }
        new Weights(mixing).write(staging.asByteBuffer().order(ByteOrder.nativeOrder()));
        gpu.upload(block.address, staging, bytes);
        return block;
    }

    private static long capacity(long bytes) {
        return Long.highestOneBit(2 * bytes - 1);
    }

    private long place(long bytes) {
        Block free = spare;
        spare = null;
        if (free != null && free.capacity == capacity(bytes)) {
            return free.address;
        }
        if (free != null) {
            gpu.free(free.address);
        }
        return gpu.allocate(capacity(bytes), "mixing matrices");
    }

    private void forget(Block block) {
        if (spare != null) {
            gpu.await();
            gpu.free(spare.address);
        }
        spare = block;
    }
}
