package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.BufferPlan;
import dev.gossamer.engine.stacked.Slice;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.reorder;

/**
 * One operation by oneDNN, with the reorders before and after it, on one lane's memory. Before it runs, its parameters
 * are pointed to the replica's row.
 */
final class OneDnnKernel implements Kernel {

    /** A parameter or a gradient of the replica at hand. */
    private record RowPlace(memory memory, long offset) {}

    private final OneDnnMemory memory;
    private final dnnl_stream stream;
    private final List<RowPlace> parameters = new ArrayList<>();
    private final List<RowPlace> gradients = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private final List<Call> callsAtEnd = new ArrayList<>();
    private long working;

    OneDnnKernel(OneDnnMemory memory) {
        this.memory = memory;
        stream = memory.stream().get();
    }

    /** A parameter tensor as it lies in the row. */
    memory parameter(Slice slice, memory.desc layout) {
        memory there = memory.unplaced(layout);
        parameters.add(new RowPlace(there, slice.offset()));
        return there;
    }

    /** A parameter tensor in a given order. */
    memory parameter(Slice slice, memory.desc layout, memory.desc wanted) {
        return reordered(parameter(slice, layout), layout, wanted);
    }

    /** The gradient of a parameter tensor as it lies in the row. */
    memory gradient(Slice slice, memory.desc layout) {
        memory there = memory.unplaced(layout);
        gradients.add(new RowPlace(there, slice.offset()));
        return there;
    }

    /** What is in {@code there}, in another order; the reorder is one of this kernel's calls. */
    memory reordered(memory there, memory.desc layout, memory.desc wanted) {
        if (layout.equals(wanted)) {
            return there;
        }
        memory copy = working(wanted);
        reorder(there, copy);
        return copy;
    }

    /** Likewise, and then seen as an array of another shape. */
    memory reordered(memory there, memory.desc layout, memory.desc wanted, memory.desc seen) {
        long offset = working;
        reorder(there, working(wanted));
        return part(offset, seen, 0);
    }

    /** Has values brought into another order; one of this kernel's calls. */
    void reorder(memory from, memory to) {
        add(reordering(from, to));
    }

    private Call reordering(memory from, memory to) {
        return call(new reorder.primitive_desc(from, to, OneDnnMemory.attributes(), false))
                .with(dnnl.DNNL_ARG_FROM, from)
                .with(dnnl.DNNL_ARG_TO, to);
    }

    /** Working memory whose values {@link #finish} brings elsewhere. */
    memory reorderedAtEnd(memory.desc layout, memory there) {
        memory values = working(layout);
        Call call = reordering(values, there);
        call.freeze();
        callsAtEnd.add(call);
        return values;
    }

    private void add(Call call) {
        call.freeze();
        calls.add(call);
    }

    /** Working memory. */
    memory working(memory.desc layout) {
        memory result = memory.working(layout, working);
        working += BufferPlan.aligned(layout.get_size());
        return result;
    }

    /** A part of working memory made by {@link #working}, that many values after its start. */
    memory part(long taken, memory.desc layout, long values) {
        return memory.working(layout, taken + values * Float.BYTES);
    }

    /** Bytes of working memory made so far. */
    long taken() {
        return working;
    }

    /** What is made from now on may overwrite working memory made since then. */
    void release(long taken) {
        working = taken;
    }

    /** Ends the kernel with its main call. */
    Kernel end(Call call) {
        add(call);
        return this;
    }

    /** Ends the kernel with its main call, whose result goes to a gradient in the row, reordered where necessary. */
    Kernel end(Call call, int argument, memory.desc layout, Slice slice, memory.desc wanted) {
        memory result = gradient(slice, wanted);
        if (layout.equals(wanted)) {
            return end(call.with(argument, result));
        }
        memory first = working(layout);
        add(call.with(argument, first));
        reorder(first, result);
        return this;
    }

    @Override
    public void run(Replica replica) {
        for (RowPlace place : parameters) {
            place.memory.set_data_handle(replica.parameter(place.offset));
        }
        for (RowPlace place : gradients) {
            place.memory.set_data_handle(replica.gradient(place.offset));
        }
        for (Call call : calls) {
            call.execute();
        }
    }

    /** Ends a run where code other than this kernel's calls has done the work. */
    void finish() {
        for (Call call : callsAtEnd) {
            call.execute();
        }
    }

    /** A call that is to be given its arguments. */
    Call call(primitive_desc_base description) {
        return new Call(description);
    }

    /** An operation and its arguments. */
    final class Call {

        private final dnnl_primitive operation;
        private final List<memory> memories = new ArrayList<>();
        private final List<Integer> names = new ArrayList<>();
        private dnnl_exec_arg_t arguments;

        private Call(primitive_desc_base description) {
            operation = memory.operation(description).get();
            if (description.scratchpad_desc().get_size() > 0) {
                with(dnnl.DNNL_ARG_SCRATCHPAD, working(description.scratchpad_desc()));
            }
        }

        /** Adds an argument. */
        Call with(int name, memory argument) {
            names.add(name);
            memories.add(argument);
            return this;
        }

        /** Takes no more arguments. */
        void freeze() {
            arguments = memory.own(new dnnl_exec_arg_t(names.size()));
            for (int i = 0; i < names.size(); i++) {
                arguments.getPointer(i).arg(names.get(i)).memory(memories.get(i).get());
            }
        }

        /** Runs it, with the places that its arguments have. */
        void execute() {
            int status = dnnl.dnnl_primitive_execute(operation, stream, names.size(), arguments);
            if (status != dnnl.dnnl_success) {
                throw new IllegalStateException("oneDNN operation failed with status " + status);
            }
        }
    }
}
