package dev.gossamer.engine.stacked.cuda.driver;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraphNode_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;

/** A GPU by CUDA 13: one stream, with the libraries in it. Recorded work is a CUDA graph. */
final class CudaGpu implements Gpu {

    private static final int THREADS = 256;

    private final int index;
    private final int capability;
    private final Precision precision;
    private final CUstream_st stream = new CUstream_st();
    private final Deque<Runnable> owned = new ArrayDeque<>();
    private final Map<Long, Memory> memory = new HashMap<>();
    private final SeparateKernels separate;
    private final Map<SeparateKernel, KernelModule> modules = new HashMap<>();
    private KernelModule kernels;
    private Cublas cublas;
    private Cudnn cudnn;
    private int processors;
    private int sharedBytes;
    private long allocated;

    /**
     * Opens a stream and the libraries.
     *
     * @param found the GPU
     * @param precision how products are computed
     * @param code the compiled kernels
     * @param separate compiles those that are compiled by themselves
     */
    CudaGpu(FoundGpu found, Precision precision, byte[] code, SeparateKernels separate) {
        index = found.index();
        capability = found.capability();
        this.precision = precision;
        this.separate = separate;
        enter();
        try {
            Status.cuda(cudart.cudaStreamCreateWithFlags(stream, cudart.cudaStreamNonBlocking), "cudaStreamCreate");
            owned.push(() -> Status.cuda(cudart.cudaStreamDestroy(stream), "cudaStreamDestroy"));
            owned.push(this::freeAll);
            kernels = module(code);
            long workspace = allocate(Cublas.WORKSPACE, "cuBLAS");
            cublas = new Cublas(precision);
            owned.push(cublas::close);
            cublas.use(stream, workspace);
            cudnn = new Cudnn(precision);
            owned.push(cudnn::close);
            cudnn.use(stream);
            processors = attribute(index, cudart.cudaDevAttrMultiProcessorCount);
            sharedBytes = attribute(index, cudart.cudaDevAttrMaxSharedMemoryPerBlockOptin);
        } catch (RuntimeException | Error e) {
            closeAfter(e);
            throw e;
        }
    }

    /** A property of a GPU. */
    static int attribute(int index, int attribute) {
        int[] value = new int[1];
        Status.cuda(cudart.cudaDeviceGetAttribute(value, attribute, index), "cudaDeviceGetAttribute");
        return value[0];
    }

    private void closeAfter(Throwable failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void enter() {
        Status.cuda(cudart.cudaSetDevice(index), "cudaSetDevice");
    }

    /** Memory that it has handed out. */
    private record Memory(Pointer pointer, long bytes) {}

    @Override
    public long allocate(long bytes, String what) {
        Pointer pointer = new Pointer();
        int status = cudart.cudaMalloc(pointer, Math.max(bytes, 1));
        if (status == cudart.cudaErrorMemoryAllocation) {
            cudart.cudaGetLastError();
            throw outOfMemory(bytes, what);
        }
        Status.cuda(status, "cudaMalloc");
        memory.put(pointer.address(), new Memory(pointer, bytes));
        allocated += bytes;
        Status.cuda(cudart.cudaMemsetAsync(pointer, 0, bytes, stream), "cudaMemset");
        return pointer.address();
    }

    @Override
    public void free(long address) {
        Memory released = memory.remove(address);
        allocated -= released.bytes;
        Status.cuda(cudart.cudaFree(released.pointer), "cudaFree");
    }

    private void freeAll() {
        CudaException failure = null;
        for (long address : List.copyOf(memory.keySet())) {
            failure = attempt(() -> free(address), failure);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private CudaException outOfMemory(long bytes, String what) {
        long[] memory = freeAndAll();
        return new CudaException(String.format(
                "GPU %d is out of memory: %d MiB for %s are needed, and %d of %d MiB are free;"
                + " use fewer workers or smaller batches", index, bytes >> 20, what, memory[0] >> 20, memory[1] >> 20));
    }

    /** Free bytes, and all. */
    private static long[] freeAndAll() {
        try (SizeTPointer free = new SizeTPointer(1); SizeTPointer total = new SizeTPointer(1)) {
            Status.cuda(cudart.cudaMemGetInfo(free, total), "cudaMemGetInfo");
            return new long[] {free.get(), total.get()};
        }
    }

    @Override
    public long allocated() {
        return allocated;
    }

    @Override
    public long inUse() {
        long[] memory = freeAndAll();
        return memory[1] - memory[0];
    }

    @Override
    public Pointer staging(long bytes) {
        Pointer memory = new Pointer();
        Status.cuda(cudart.cudaMallocHost(memory, Math.max(bytes, 1)), "cudaMallocHost of " + (bytes >> 20) + " MiB");
        owned.push(() -> Status.cuda(cudart.cudaFreeHost(memory), "cudaFreeHost"));
        return memory;
    }

    @Override
    public void upload(long to, Pointer from, long bytes) {
        Status.cuda(cudart.cudaMemcpyAsync(new Address(to), from, bytes, cudart.cudaMemcpyHostToDevice, stream),
                "cudaMemcpy to the GPU");
    }

    @Override
    public void download(Pointer to, long from, long bytes) {
        Status.cuda(cudart.cudaMemcpyAsync(to, new Address(from), bytes, cudart.cudaMemcpyDeviceToHost, stream),
                "cudaMemcpy from the GPU");
        await();
    }

    @Override
    public void launch(String kernel, Grid grid, Object... arguments) {
        kernels.launch(kernel, grid, stream, arguments);
    }

    @Override
    public void compile(SeparateKernel kernel) {
        separate.begin(kernel);
    }

    @Override
    public void launch(SeparateKernel kernel, Grid grid, Object... arguments) {
        modules.computeIfAbsent(kernel, compiled -> module(separate.code(compiled)))
                .launch(kernel.name(), grid, stream, kernel.after(arguments));
    }

    private KernelModule module(byte[] code) {
        KernelModule module = new KernelModule(code);
        owned.push(module::close);
        return module;
    }

    @Override
    public int capability() {
        return capability;
    }

    @Override
    public int threads() {
        return THREADS;
    }

    @Override
    public int processors() {
        return processors;
    }

    @Override
    public int sharedBytes() {
        return sharedBytes;
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public void multiply(Product product) {
        cublas.multiply(product);
    }

    @Override
    public List<GroupedConvolution> convolutions(GroupedShape shape, long workspace) {
        return cudnn.convolutions(shape, workspace);
    }

    @Override
    public void await() {
        Status.cuda(cudart.cudaStreamSynchronize(stream), "cudaStreamSynchronize");
    }

    @Override
    public Recording record(Runnable work) {
        CUgraph_st graph = new CUgraph_st();
        try {
            capture(work, graph);
            GraphRecording recording = new GraphRecording(graph);
            owned.push(recording::close);
            return recording;
        } finally {
            cudart.cudaGetLastError(); // what could not be recorded has failed, not the GPU
            if (!graph.isNull()) {
                Status.cuda(cudart.cudaGraphDestroy(graph), "cudaGraphDestroy");
            }
        }
    }

    private void capture(Runnable work, CUgraph_st graph) {
        Status.cuda(cudart.cudaStreamBeginCapture(stream, cudart.cudaStreamCaptureModeThreadLocal),
                "cudaStreamBeginCapture");
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            cudart.cudaStreamEndCapture(stream, graph);
            throw e;
        }
        Status.cuda(cudart.cudaStreamEndCapture(stream, graph), "cudaStreamEndCapture");
    }

    /** A CUDA graph. */
    private final class GraphRecording implements Recording {

        private final CUgraphExec_st executable = new CUgraphExec_st();
        private final int nodes;

        GraphRecording(CUgraph_st graph) {
            try (SizeTPointer count = new SizeTPointer(1)) {
                Status.cuda(cudart.cudaGraphGetNodes(graph, (CUgraphNode_st) null, count), "cudaGraphGetNodes");
                nodes = Math.toIntExact(count.get());
            }
            Status.cuda(cudart.cudaGraphInstantiate(executable, graph, 0), "cudaGraphInstantiate");
        }

        @Override
        public void run() {
            Status.cuda(cudart.cudaGraphLaunch(executable, stream), "cudaGraphLaunch");
        }

        @Override
        public int nodes() {
            return nodes;
        }

        @Override
        public void close() {
            if (!executable.isNull()) {
                Status.cuda(cudart.cudaGraphExecDestroy(executable), "cudaGraphExecDestroy");
                executable.setNull();
            }
        }
    }

    @Override
    public double milliseconds(Runnable work) {
        CUevent_st start = new CUevent_st();
        CUevent_st end = new CUevent_st();
        Status.cuda(cudart.cudaEventCreate(start), "cudaEventCreate");
        try {
            Status.cuda(cudart.cudaEventCreate(end), "cudaEventCreate");
            Status.cuda(cudart.cudaEventRecord(start, stream), "cudaEventRecord");
            work.run();
            Status.cuda(cudart.cudaEventRecord(end, stream), "cudaEventRecord");
            Status.cuda(cudart.cudaEventSynchronize(end), "cudaEventSynchronize");
            float[] milliseconds = new float[1];
            Status.cuda(cudart.cudaEventElapsedTime(milliseconds, start, end), "cudaEventElapsedTime");
            return milliseconds[0];
        } finally {
            cudart.cudaEventDestroy(start);
            if (!end.isNull()) {
                cudart.cudaEventDestroy(end);
            }
        }
    }

    /** Frees all, the newest first, also where something fails, which is then thrown. */
    @Override
    public void close() {
        CudaException failure = null;
        if (!stream.isNull()) {
            failure = attempt(this::await, null);
        }
        while (!owned.isEmpty()) {
            failure = attempt(owned.pop(), failure);
        }
        stream.setNull();
        if (failure != null) {
            throw failure;
        }
    }

    private static CudaException attempt(Runnable closer, CudaException failure) {
        try {
            closer.run();
            return failure;
        } catch (CudaException e) {
            if (failure != null) {
                failure.addSuppressed(e);
            }
            return failure == null ? e : failure;
        }
    }
}
