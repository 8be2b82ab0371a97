// Stands in for libcudart.so.13.

#include "standin.h"

#include <algorithm>
#include <map>

// When an event's place in its stream is reached. An event has a new one each time that it is recorded.
struct Mark {
    Stream* stream;
    bool reached;
    double time;
    std::shared_ptr<Capture> capture;
};

struct Event {
    int device;
    bool timed;
    std::shared_ptr<Mark> mark;
};

struct Graph {
    std::shared_ptr<std::vector<Work>> work;
};

struct Executable {
    std::shared_ptr<std::vector<Work>> work;
};

static thread_local int last_error = SUCCESS;

static int result(int status) {
    if (status != SUCCESS && status != NOT_READY) {
        last_error = status;
    }
    return status;
}

#define CALL Call call(__func__); \
    if (call.status != SUCCESS) { \
        return result(call.status); \
    }

static int devices() {
    return setting("STANDIN_DEVICES", 1L);
}

API int cudaGetDeviceCount(int* count) {
    CALL
    *count = devices();
    return SUCCESS;
}

API int cudaSetDevice(int device) {
    CALL
    if (device < 0 || device >= devices()) {
        return result(INVALID_DEVICE);
    }
    current_device() = device;
    has_context() = true;
    return SUCCESS;
}

API int cudaGetDevice(int* device) {
    CALL
    *device = current_device();
    return SUCCESS;
}

API int cudaDeviceGetAttribute(int* value, int attribute, int device) {
    CALL
    int capability = setting("STANDIN_CAPABILITY", 90L);
    const std::map<int, int> values = {
        {1, 1024}, {8, 48 << 10}, {10, 32}, {12, 65536}, {13, 1000000}, {16, (int) setting("STANDIN_PROCESSORS", 1L)},
        {36, 1000000}, {37, 256}, {38, 4 << 20}, {39, 2048}, {75, capability / 10}, {76, capability % 10},
        {81, 228 << 10}, {97, 227 << 10}, {106, 32}, {111, 1 << 10}};
    if (device < 0 || device >= devices()) {
        return result(INVALID_DEVICE);
    }
    if (!values.count(attribute)) {
        return result(INVALID_VALUE);
    }
    *value = values.at(attribute);
    return SUCCESS;
}

// The first members of cudaDeviceProp; the others are not written.
struct Properties {
    char name[256];
    char uuid[16];
    char luid[8];
    unsigned luid_mask;
    size_t memory;
    size_t shared;
    int registers;
    int warp;
    size_t pitch;
    int threads;
    int block[3];
    int grid[3];
    size_t constant;
    int major;
    int minor;
};

API int cudaGetDeviceProperties(Properties* properties, int device) {
    CALL
    if (device < 0 || device >= devices()) {
        return result(INVALID_DEVICE);
    }
    int capability = setting("STANDIN_CAPABILITY", 90L);
    *properties = {{}, {}, {}, 0, all_memory(), 48 << 10, 65536, 32, INT32_MAX, 1024, {1024, 1024, 64},
        {INT32_MAX, 65535, 65535}, 64 << 10, capability / 10, capability % 10};
    strncpy(properties->name, setting("STANDIN_NAME", std::string("Stand-in")).c_str(), sizeof properties->name - 1);
    return SUCCESS;
}

API int cudaRuntimeGetVersion(int* version) {
    CALL
    *version = 13000;
    return SUCCESS;
}

API int cudaDriverGetVersion(int* version) {
    CALL
    *version = 13000;
    return SUCCESS;
}

static const std::map<int, std::pair<const char*, const char*>> ERRORS = {
    {SUCCESS, {"cudaSuccess", "no error"}},
    {INVALID_VALUE, {"cudaErrorInvalidValue", "invalid argument"}},
    {OUT_OF_MEMORY, {"cudaErrorMemoryAllocation", "out of memory"}},
    {INVALID_DEVICE, {"cudaErrorInvalidDevice", "invalid device ordinal"}},
    {INVALID_HANDLE, {"cudaErrorInvalidResourceHandle", "invalid resource handle"}},
    {NOT_READY, {"cudaErrorNotReady", "device not ready"}},
    {ILLEGAL_ADDRESS, {"cudaErrorIllegalAddress", "an illegal memory access was encountered"}},
    {LAUNCH_FAILED, {"cudaErrorLaunchFailure", "unspecified launch failure"}},
    {NOT_SUPPORTED, {"cudaErrorNotSupported", "operation not supported"}},
    {CAPTURE_UNSUPPORTED,
        {"cudaErrorStreamCaptureUnsupported", "operation not permitted when stream is capturing"}},
    {CAPTURE_INVALIDATED,
        {"cudaErrorStreamCaptureInvalidated", "operation failed due to a previous error during capture"}},
    {CAPTURE_UNMATCHED, {"cudaErrorStreamCaptureUnmatched", "capture was not initiated in this stream"}},
    {CAPTURE_UNJOINED, {"cudaErrorStreamCaptureUnjoined", "capturing stream has unjoined work"}},
    {CAPTURE_IMPLICIT, {"cudaErrorStreamCaptureImplicit",
        "operation would make the legacy stream depend on a capturing blocking stream"}},
    {CAPTURED_EVENT, {"cudaErrorCapturedEvent", "operation not permitted on an event last recorded in a capturing stream"}},
    {CAPTURE_WRONG_THREAD, {"cudaErrorStreamCaptureWrongThread",
        "attempt to terminate a thread-local capture sequence from another thread"}},
};

API const char* cudaGetErrorName(int status) {
    return ERRORS.count(status) ? ERRORS.at(status).first : "unrecognized error code";
}

API const char* cudaGetErrorString(int status) {
    return ERRORS.count(status) ? ERRORS.at(status).second : "unrecognized error code";
}

API int cudaGetLastError() {
    int status = sticky() != SUCCESS ? sticky() : last_error;
    last_error = SUCCESS;
    return status;
}

API int cudaPeekAtLastError() {
    return sticky() != SUCCESS ? sticky() : last_error;
}

API int cudaMalloc(void** memory, size_t bytes) {
    CALL
    has_context() = true;
    return result(allocate(memory, bytes));
}

API int cudaFree(void* memory) {
    CALL
    return result(release(memory));
}

API int cudaMallocHost(void** memory, size_t bytes) {
    CALL
    has_context() = true;
    return result(allocate_host(memory, bytes));
}

API int cudaHostAlloc(void** memory, size_t bytes, unsigned) {
    CALL
    has_context() = true;
    return result(allocate_host(memory, bytes));
}

API int cudaFreeHost(void* memory) {
    CALL
    return result(release_host(memory));
}

API int cudaMemGetInfo(size_t* free, size_t* total) {
    CALL
    *total = all_memory();
    *free = all_memory() - used_memory();
    return SUCCESS;
}

// Whether both sides of a copy are where its kind says.
static bool copies(const void* to, const void* from, size_t bytes, int kind) {
    const int HOST_TO_HOST = 0, HOST_TO_DEVICE = 1, DEVICE_TO_HOST = 2, DEVICE_TO_DEVICE = 3, BY_ADDRESS = 4;
    bool to_device = is_device_memory(to, bytes), from_device = is_device_memory(from, bytes);
    switch (kind) {
        case HOST_TO_HOST: return !to_device && !from_device;
        case HOST_TO_DEVICE: return to_device && !from_device;
        case DEVICE_TO_HOST: return !to_device && from_device;
        case DEVICE_TO_DEVICE: return to_device && from_device;
        default: return kind == BY_ADDRESS;
    }
}

// Whether memory of the host is not CUDA's own: then copies wait.
static bool is_pageable(const void* at, size_t bytes) {
    return !is_device_memory(at, bytes) && !is_pinned_memory(at, bytes);
}

API int cudaMemcpyAsync(void* to, const void* from, size_t bytes, int kind, void* handle) {
    CALL
    Stream* stream = stream_of(handle);
    if (!stream) {
        return result(INVALID_HANDLE);
    }
    if (bytes > 0 && !copies(to, from, bytes, kind)) {
        return result(INVALID_VALUE);
    }
    int status = submit(stream, [=] { memcpy(to, from, bytes); });
    bool waits = status == SUCCESS && !stream->capture && (is_pageable(to, bytes) || is_pageable(from, bytes));
    return result(waits ? synchronize(stream) : status);
}

API int cudaMemcpy(void* to, const void* from, size_t bytes, int kind) {
    CALL
    if (bytes > 0 && !copies(to, from, bytes, kind)) {
        return result(INVALID_VALUE);
    }
    Stream* stream = stream_of(nullptr);
    int status = submit(stream, [=] { memcpy(to, from, bytes); });
    return result(status == SUCCESS ? synchronize(stream) : status);
}

API int cudaMemsetAsync(void* memory, int value, size_t bytes, void* handle) {
    CALL
    Stream* stream = stream_of(handle);
    if (!stream) {
        return result(INVALID_HANDLE);
    }
    if (bytes > 0 && !is_device_memory(memory, bytes)) {
        return result(INVALID_VALUE);
    }
    return result(submit(stream, [=] { memset(memory, value, bytes); }));
}

API int cudaMemset(void* memory, int value, size_t bytes) {
    return cudaMemsetAsync(memory, value, bytes, nullptr);
}

API int cudaStreamCreateWithFlags(void** handle, unsigned flags) {
    CALL
    has_context() = true;
    *handle = make<Stream>("stream", {current_device(), (flags & 1) == 0, {}, nullptr});
    return SUCCESS;
}

API int cudaStreamCreate(void** handle) {
    return cudaStreamCreateWithFlags(handle, 0);
}

API int cudaStreamDestroy(void* handle) {
    CALL
    Stream* stream = handle ? stream_of(handle) : nullptr;
    if (stream && stream->capture) {
        stream->capture->invalid = true;
    } else if (stream) {
        synchronize(stream);
    }
    if (!dies(handle, "stream")) {
        return result(INVALID_HANDLE);
    }
    delete stream;
    return SUCCESS;
}

API int cudaStreamSynchronize(void* handle) {
    CALL
    Stream* stream = stream_of(handle);
    return result(stream ? synchronize(stream) : INVALID_HANDLE);
}

API int cudaStreamQuery(void* handle) {
    CALL
    Stream* stream = stream_of(handle);
    if (!stream) {
        return result(INVALID_HANDLE);
    }
    bool busy = !stream->pending.empty();
    int status = synchronize(stream);
    return result(status == SUCCESS && busy ? NOT_READY : status);
}

API int cudaDeviceSynchronize() {
    CALL
    int status = unsafe_in_capture();
    return result(status == SUCCESS ? synchronize_all() : status);
}

API int cudaEventCreateWithFlags(Event** event, unsigned flags) {
    CALL
    const unsigned DISABLE_TIMING = 2;
    has_context() = true;
    *event = make<Event>("event", {current_device(), (flags & DISABLE_TIMING) == 0, nullptr});
    return SUCCESS;
}

API int cudaEventCreate(Event** event) {
    return cudaEventCreateWithFlags(event, 0);
}

API int cudaEventDestroy(Event* event) {
    CALL
    if (!dies(event, "event")) {
        return result(INVALID_HANDLE);
    }
    delete event;
    return SUCCESS;
}

API int cudaEventRecord(Event* event, void* handle) {
    CALL
    Stream* stream = stream_of(handle);
    if (!lives(event, "event") || !stream || stream->device != event->device) {
        return result(INVALID_HANDLE);
    }
    event->mark = std::make_shared<Mark>(Mark{stream, false, 0, stream->capture});
    if (stream->capture) {
        return result(stream->capture->invalid ? CAPTURE_INVALIDATED : SUCCESS);
    }
    return result(submit(stream, [mark = event->mark] {
        mark->reached = true;
        mark->time = seconds();
    }));
}

// An event that was not recorded yet counts as reached.
static int check(Event* event) {
    if (!lives(event, "event")) {
        return INVALID_HANDLE;
    }
    if (event->mark && event->mark->capture) {
        event->mark->capture->invalid = true;
        return CAPTURED_EVENT;
    }
    return SUCCESS;
}

API int cudaEventSynchronize(Event* event) {
    CALL
    int status = check(event);
    if (status == SUCCESS) {
        status = unsafe_in_capture();
    }
    if (status == SUCCESS && event->mark && !event->mark->reached) {
        status = synchronize(event->mark->stream);
    }
    return result(status);
}

API int cudaEventQuery(Event* event) {
    CALL
    int status = check(event);
    if (status == SUCCESS && event->mark && !event->mark->reached) {
        status = synchronize(event->mark->stream);
        return result(status == SUCCESS ? NOT_READY : status);
    }
    return result(status);
}

API int cudaEventElapsedTime(float* milliseconds, Event* start, Event* end) {
    CALL
    for (Event* event : {start, end}) {
        int status = check(event);
        if (status == SUCCESS && (!event->mark || !event->timed)) {
            status = INVALID_HANDLE;
        }
        if (status == SUCCESS && !event->mark->reached) {
            status = NOT_READY;
        }
        if (status != SUCCESS) {
            return result(status);
        }
    }
    *milliseconds = (float) (1000 * (end->mark->time - start->mark->time));
    return SUCCESS;
}

API int cudaStreamWaitEvent(void* handle, Event* event, unsigned) {
    CALL
    Stream* stream = stream_of(handle);
    if (!lives(event, "event") || !stream) {
        return result(INVALID_HANDLE);
    }
    std::shared_ptr<Mark> mark = event->mark;
    if (!mark) {
        return SUCCESS;
    }
    if (mark->capture) {
        if (!mark->capture->origin || (stream->capture && stream->capture != mark->capture)) {
            return result(INVALID_VALUE);
        }
        if (!stream->capture) {
            stream->capture = mark->capture;
            mark->capture->branches[stream] = true;
        }
        mark->capture->branches[mark->stream] = false;
        return SUCCESS;
    }
    return result(submit(stream, [mark] {
        if (!mark->reached) {
            synchronize(mark->stream);
        }
    }));
}

API int cudaStreamBeginCapture(void* handle, int mode) {
    CALL
    Stream* stream = handle ? stream_of(handle) : nullptr;
    if (!stream) {
        return result(handle ? INVALID_HANDLE : CAPTURE_UNSUPPORTED);
    }
    if (stream->capture) {
        return result(INVALID_VALUE);
    }
    stream->capture = std::make_shared<Capture>(Capture{stream, mode, std::this_thread::get_id(), {}, {}, false});
    return SUCCESS;
}

API int cudaStreamEndCapture(void* handle, Graph** graph) {
    CALL
    const int RELAXED = 2;
    Stream* stream = stream_of(handle);
    *graph = nullptr;
    if (!stream || !stream->capture) {
        return result(stream ? INVALID_VALUE : INVALID_HANDLE);
    }
    std::shared_ptr<Capture> capture = stream->capture;
    if (capture->origin != stream) {
        return result(CAPTURE_UNMATCHED);
    }
    if (capture->mode != RELAXED && capture->thread != std::this_thread::get_id()) {
        return result(CAPTURE_WRONG_THREAD);
    }
    bool unjoined = false;
    for (auto& [branch, alone] : capture->branches) {
        unjoined |= alone && branch != stream;
        branch->capture = nullptr;
    }
    stream->capture = nullptr;
    capture->origin = nullptr;
    if (capture->invalid || unjoined) {
        return result(capture->invalid ? CAPTURE_INVALIDATED : CAPTURE_UNJOINED);
    }
    *graph = make<Graph>("graph", {std::make_shared<std::vector<Work>>(std::move(capture->work))});
    return SUCCESS;
}

API int cudaStreamIsCapturing(void* handle, int* capturing) {
    CALL
    Stream* stream = stream_of(handle);
    if (!stream) {
        return result(INVALID_HANDLE);
    }
    *capturing = !stream->capture ? 0 : stream->capture->invalid ? 2 : 1;
    return SUCCESS;
}

API int cudaGraphGetNodes(Graph* graph, void** nodes, size_t* count) {
    CALL
    if (!lives(graph, "graph")) {
        return result(INVALID_VALUE);
    }
    for (size_t i = 0; nodes && i < *count; i++) {
        nodes[i] = i < graph->work->size() ? &(*graph->work)[i] : nullptr;
    }
    *count = nodes ? std::min(*count, graph->work->size()) : graph->work->size();
    return SUCCESS;
}

API int cudaGraphInstantiate(Executable** executable, Graph* graph, unsigned long long) {
    CALL
    if (!lives(graph, "graph")) {
        return result(INVALID_VALUE);
    }
    *executable = make<Executable>("executable graph", {graph->work});
    return SUCCESS;
}

API int cudaGraphDestroy(Graph* graph) {
    CALL
    if (!dies(graph, "graph")) {
        return result(INVALID_VALUE);
    }
    delete graph;
    return SUCCESS;
}

API int cudaGraphLaunch(Executable* executable, void* handle) {
    CALL
    Stream* stream = stream_of(handle);
    if (!lives(executable, "executable graph") || !stream) {
        return result(INVALID_VALUE);
    }
    return result(submit(stream, [work = executable->work] {
        for (const Work& node : *work) {
            if (sticky() == SUCCESS) {
                node();
            }
        }
    }));
}

API int cudaGraphUpload(Executable* executable, void* handle) {
    CALL
    return result(lives(executable, "executable graph") && stream_of(handle) ? SUCCESS : INVALID_VALUE);
}

API int cudaGraphExecDestroy(Executable* executable) {
    CALL
    if (!dies(executable, "executable graph")) {
        return result(INVALID_VALUE);
    }
    delete executable;
    return SUCCESS;
}
