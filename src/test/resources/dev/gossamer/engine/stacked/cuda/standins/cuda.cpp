// Stands in for libcuda.so.1: the state of all stand-ins, and modules of kernels, which are those that this was built
// with.

#include "emulator.h"
#include "kernels.cu"

#include "standin.h"
#include "source.h"

#include <chrono>
#include <fstream>
#include <sstream>
#include <sys/mman.h>

#define KERNEL(name) {#name, kernel_of(name)},
static const std::map<std::string, Kernel> kernels = {
#include "table.h"
};

long setting(const char* name, long otherwise) {
    const char* value = getenv(name);
    return value ? atol(value) : otherwise;
}

std::string setting(const char* name, const std::string& otherwise) {
    const char* value = getenv(name);
    return value ? value : otherwise;
}

double seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Memory {
    size_t bytes;
    int device;  // -1 for the host
    char* mapped;
    size_t mapped_bytes;
};

// All that lives as long as the process; at its end, it reports.
struct State {
    std::recursive_mutex mutex;
    std::map<std::string, long> calls;
    std::map<void*, std::string> living;
    std::map<const char*, Memory> memory;
    std::map<int, size_t> used;
    std::map<int, Stream> default_streams;
    std::vector<Stream*> streams;
    std::vector<std::shared_ptr<Capture>> captures;
    std::vector<std::string> complaints;
    int sticky = SUCCESS;

    ~State() {
        std::string file = setting("STANDIN_REPORT", "");
        if (file.empty()) {
            return;
        }
        std::ostringstream text;
        for (auto& [function, count] : calls) {
            text << "calls " << function << " " << count << "\n";
        }
        std::map<std::string, long> left;
        for (auto& [thing, kind] : living) {
            left[kind]++;
        }
        for (auto& [kind, count] : left) {
            text << "leaked " << kind << " " << count << "\n";
        }
        for (const std::string& complaint : complaints) {
            text << complaint << "\n";
        }
        std::ofstream(file, std::ios::app) << text.str();
    }
};

static State state;

static std::map<std::string, long> failures_met;

int injected(const std::string& function) {
    long count = ++failures_met[function];
    std::istringstream rules(setting("STANDIN_FAIL", ""));
    for (std::string rule; std::getline(rules, rule, ',');) {
        size_t colon = rule.rfind(':'), equals = rule.rfind('=');
        if (colon == std::string::npos || equals == std::string::npos || rule.substr(0, colon) != function) {
            continue;
        }
        bool on = rule[equals - 1] == '+';
        long k = atol(rule.c_str() + colon + 1);
        if (count == k || (on && count > k)) {
            return atoi(rule.c_str() + equals + 1);
        }
    }
    return SUCCESS;
}

// Those after which the GPU does nothing more in this process.
static void stay(int status) {
    if (status == ILLEGAL_ADDRESS || (status >= 714 && status <= LAUNCH_FAILED)) {
        state.sticky = status;
    }
}

Call::Call(const char* function) : lock(state.mutex) {
    state.calls[function]++;
    status = state.sticky != SUCCESS ? state.sticky : injected(function);
    stay(status);
}

int& sticky() {
    return state.sticky;
}

int& current_device() {
    static thread_local int device = 0;
    return device;
}

bool& has_context() {
    static thread_local bool context = false;
    return context;
}

void born(void* thing, const char* kind) {
    state.living[thing] = kind;
}

bool lives(void* thing, const char* kind) {
    auto found = state.living.find(thing);
    return found != state.living.end() && found->second == kind;
}

bool dies(void* thing, const char* kind) {
    if (!lives(thing, kind)) {
        state.complaints.push_back(std::string("no ") + kind + " to free");
        return false;
    }
    state.living.erase(thing);
    return true;
}

Stream* stream_of(void* handle) {
    if (!handle) {
        Stream& stream = state.default_streams[current_device()];
        stream.device = current_device();
        stream.blocking = true;
        return &stream;
    }
    return lives(handle, "stream") ? (Stream*) handle : nullptr;
}

// What runs after a failure is lost.
static void run_first(Stream* stream) {
    Work work = std::move(stream->pending.front());
    stream->pending.pop_front();
    if (state.sticky == SUCCESS) {
        work();
    }
}

static void run_all(Stream* stream) {
    while (!stream->pending.empty()) {
        run_first(stream);
    }
}

static std::vector<Stream*> all_streams() {
    std::vector<Stream*> all;
    for (auto& [device, stream] : state.default_streams) {
        all.push_back(&stream);
    }
    for (auto& [thing, kind] : state.living) {
        if (kind == "stream") {
            all.push_back((Stream*) thing);
        }
    }
    return all;
}

// The default stream and those that block wait for one another.
static int wait_for_blocking(Stream* stream) {
    Stream* standard = stream_of(nullptr);
    for (Stream* other : all_streams()) {
        if (other != stream && other->blocking && (other == standard || stream == standard)) {
            if (other->capture) {
                other->capture->invalid = true;
                return CAPTURE_IMPLICIT;
            }
            run_all(other);
        }
    }
    return SUCCESS;
}

int submit(Stream* stream, Work work) {
    static const size_t MOST_PENDING = 1024;
    if (stream->capture) {
        if (stream->capture->invalid) {
            return CAPTURE_INVALIDATED;
        }
        stream->capture->work.push_back(std::move(work));
        if (stream != stream->capture->origin) {
            stream->capture->branches[stream] = true;
        }
        return SUCCESS;
    }
    int status = stream->blocking ? wait_for_blocking(stream) : SUCCESS;
    if (status == SUCCESS) {
        stream->pending.push_back(std::move(work));
        if (stream->pending.size() > MOST_PENDING) {
            run_first(stream);
        }
    }
    return status;
}

int synchronize(Stream* stream) {
    if (stream->capture) {
        stream->capture->invalid = true;
        return CAPTURE_UNSUPPORTED;
    }
    run_all(stream);
    return state.sticky;
}

int synchronize_all() {
    for (Stream* stream : all_streams()) {
        if (!stream->capture) {
            run_all(stream);
        }
    }
    return state.sticky;
}

int unsafe_in_capture() {
    const int RELAXED = 2, GLOBAL = 0;
    int status = SUCCESS;
    for (Stream* stream : all_streams()) {
        Capture* capture = stream->capture.get();
        if (capture && capture->mode != RELAXED
                && (capture->mode == GLOBAL || capture->thread == std::this_thread::get_id())) {
            capture->invalid = true;
            status = CAPTURE_UNSUPPORTED;
        }
    }
    return status;
}

size_t all_memory() {
    return (size_t) setting("STANDIN_MEMORY", 8192L) << 20;
}

size_t used_memory() {
    return state.used[current_device()];
}

// Memory between pages that nobody may touch, up against the second of them, and full of what is no number.
static void* map(size_t bytes, int device) {
    const size_t PAGE = 4096, ALIGNMENT = 256;
    size_t inside = (bytes + PAGE - 1) / PAGE * PAGE;
    char* mapped = (char*) mmap(nullptr, inside + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED || mprotect(mapped + PAGE, inside, PROT_READ | PROT_WRITE) != 0) {
        fail("the host is out of memory");
    }
    char* memory = mapped + PAGE + inside - (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    memset(memory, 0xFF, bytes);
    state.memory[memory] = {bytes, device, mapped, inside + 2 * PAGE};
    return memory;
}

static void unmap(void* memory) {
    Memory& found = state.memory[(const char*) memory];
    munmap(found.mapped, found.mapped_bytes);
    state.memory.erase((const char*) memory);
}

int allocate(void** memory, size_t bytes) {
    int status = unsafe_in_capture();
    if (status != SUCCESS) {
        return status;
    }
    if (bytes > all_memory() - used_memory()) {
        return OUT_OF_MEMORY;
    }
    *memory = bytes == 0 ? nullptr : map(bytes, current_device());
    if (*memory) {
        born(*memory, "memory");
        state.used[current_device()] += bytes;
    }
    return SUCCESS;
}

int release(void* memory) {
    int status = unsafe_in_capture();
    if (status != SUCCESS || !memory) {
        return status;
    }
    synchronize_all();
    if (!dies(memory, "memory")) {
        return INVALID_VALUE;
    }
    const Memory& found = state.memory[(const char*) memory];
    state.used[found.device] -= found.bytes;
    unmap(memory);
    return SUCCESS;
}

int allocate_host(void** memory, size_t bytes) {
    int status = unsafe_in_capture();
    if (status == SUCCESS) {
        *memory = map(std::max<size_t>(bytes, 1), -1);
        born(*memory, "host memory");
    }
    return status;
}

int release_host(void* memory) {
    int status = unsafe_in_capture();
    if (status != SUCCESS || !memory) {
        return status;
    }
    synchronize_all();
    if (!dies(memory, "host memory")) {
        return INVALID_VALUE;
    }
    unmap(memory);
    return SUCCESS;
}

static bool is_memory(const void* from, size_t bytes, bool of_host) {
    auto after = state.memory.upper_bound((const char*) from);
    if (after == state.memory.begin()) {
        return false;
    }
    auto& [start, memory] = *--after;
    return (memory.device < 0) == of_host && (const char*) from + bytes <= start + memory.bytes;
}

bool is_device_memory(const void* from, size_t bytes) {
    return is_memory(from, bytes, false);
}

bool is_pinned_memory(const void* from, size_t bytes) {
    return is_memory(from, bytes, true);
}

struct Module {
    std::vector<struct Function*> functions;
};

struct Function {
    std::string name;
    const Kernel* kernel;
    unsigned allowed_shared;
};

#define CALL Call call(__func__); \
    if (call.status != SUCCESS) { \
        return call.status; \
    }

API int cuInit(unsigned) {
    CALL
    return SUCCESS;
}

API int cuDriverGetVersion(int* version) {
    *version = 13000;
    return SUCCESS;
}

API int cuModuleLoadData(Module** module, const void* image) {
    CALL
    if (!has_context()) {
        return INVALID_CONTEXT;
    }
    int status = unsafe_in_capture();
    if (status != SUCCESS) {
        return status;
    }
    int capability = 0;
    bool machine_code = sscanf((const char*) image, "stand-in sm_%d", &capability) == 1;
    if (!machine_code && sscanf((const char*) image, "stand-in compute_%d", &capability) != 1) {
        return INVALID_IMAGE;
    }
    int own = setting("STANDIN_CAPABILITY", 90L);
    if (machine_code ? capability / 10 != own / 10 || capability > own : capability > own) {
        return NO_BINARY;
    }
    *module = make<Module>("module", {});
    return SUCCESS;
}

API int cuModuleUnload(Module* module) {
    CALL
    synchronize_all();
    if (!dies(module, "module")) {
        return INVALID_HANDLE;
    }
    for (Function* function : module->functions) {
        dies(function, "function");
        delete function;
    }
    delete module;
    return SUCCESS;
}

API int cuModuleGetFunction(Function** function, Module* module, const char* name) {
    CALL
    const unsigned USUAL_SHARED = 48 << 10;
    if (!lives(module, "module")) {
        return INVALID_HANDLE;
    }
    if (!kernels.count(name)) {
        return NOT_FOUND;
    }
    *function = make<Function>("function", {name, &kernels.at(name), USUAL_SHARED});
    module->functions.push_back(*function);
    return SUCCESS;
}

API int cuFuncSetAttribute(Function* function, int attribute, int value) {
    CALL
    const int MAX_DYNAMIC_SHARED = 8, CARVEOUT = 9;
    if (!lives(function, "function")) {
        return INVALID_HANDLE;
    }
    if (attribute == CARVEOUT) {
        return SUCCESS;
    }
    if (attribute != MAX_DYNAMIC_SHARED || value < 0 || (size_t) value > MOST_SHARED) {
        return INVALID_VALUE;
    }
    function->allowed_shared = value;
    return SUCCESS;
}

API int cuFuncGetAttribute(int* value, int attribute, Function* function) {
    CALL
    const int MAX_THREADS = 0, MAX_DYNAMIC_SHARED = 8;
    if (!lives(function, "function")) {
        return INVALID_HANDLE;
    }
    *value = attribute == MAX_THREADS ? MOST_THREADS : attribute == MAX_DYNAMIC_SHARED ? function->allowed_shared : 0;
    return SUCCESS;
}

API int cuLaunchKernel(Function* function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
        unsigned block_y, unsigned block_z, unsigned shared, void* handle, void** arguments, void** extra) {
    CALL
    const unsigned MOST_BLOCKS = 65535, MOST_DEEP = 64;
    Stream* stream = stream_of(handle);
    if (!has_context()) {
        return INVALID_CONTEXT;
    }
    if (!lives(function, "function") || !stream || stream->device != current_device()) {
        return INVALID_HANDLE;
    }
    uint64_t threads = (uint64_t) block_x * block_y * block_z;
    uint64_t blocks = (uint64_t) grid_x * grid_y * grid_z;
    if (threads == 0 || threads > MOST_THREADS || block_z > MOST_DEEP || blocks == 0 || grid_x > INT32_MAX
            || grid_y > MOST_BLOCKS || grid_z > MOST_BLOCKS || shared > function->allowed_shared || extra) {
        return INVALID_VALUE;
    }
    Work bound = function->kernel->bind(arguments);
    std::string name = function->name;
    return submit(stream, [=] {
        int status = injected(name);
        stay(status);
        if (status == SUCCESS) {
            state.calls["<<<" + name + ">>>"]++;
            launch(bound, {grid_x, grid_y, grid_z}, {block_x, block_y, block_z}, shared);
        }
    });
}

static const std::map<int, std::pair<const char*, const char*>> ERRORS = {
    {INVALID_VALUE, {"CUDA_ERROR_INVALID_VALUE", "invalid argument"}},
    {OUT_OF_MEMORY, {"CUDA_ERROR_OUT_OF_MEMORY", "out of memory"}},
    {INVALID_IMAGE, {"CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"}},
    {INVALID_CONTEXT, {"CUDA_ERROR_INVALID_CONTEXT", "invalid device context"}},
    {NO_BINARY, {"CUDA_ERROR_NO_BINARY_FOR_GPU", "no kernel image is available for execution on the device"}},
    {INVALID_HANDLE, {"CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"}},
    {NOT_FOUND, {"CUDA_ERROR_NOT_FOUND", "named symbol not found"}},
    {ILLEGAL_ADDRESS, {"CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"}},
    {LAUNCH_FAILED, {"CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"}},
    {CAPTURE_UNSUPPORTED,
        {"CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", "operation not permitted when stream is capturing"}},
    {CAPTURE_INVALIDATED, {"CUDA_ERROR_STREAM_CAPTURE_INVALIDATED",
        "operation failed due to a previous error during capture"}},
};

API int cuGetErrorName(int status, const char** name) {
    *name = ERRORS.count(status) ? ERRORS.at(status).first : nullptr;
    return *name ? SUCCESS : INVALID_VALUE;
}

API int cuGetErrorString(int status, const char** text) {
    *text = ERRORS.count(status) ? ERRORS.at(status).second : nullptr;
    return *text ? SUCCESS : INVALID_VALUE;
}
