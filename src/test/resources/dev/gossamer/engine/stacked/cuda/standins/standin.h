// What the stand-ins for CUDA's libraries share; libcuda.so.1 holds it. There are made-up GPUs whose memory is the
// host's. Work in a stream is done when it is waited for and not before, in the order of the stream, so that what does
// not wait is found out. Environment variables, all of them optional:
//   STANDIN_DEVICES (1), STANDIN_NAME, STANDIN_CAPABILITY (90), STANDIN_PROCESSORS (1)
//   STANDIN_MEMORY    memory of each GPU in MiB (8192)
//   STANDIN_FAIL      calls that fail: FUNCTION:k=STATUS, .. for the k-th, FUNCTION:k+=STATUS from the k-th on. FUNCTION
//                     may be a kernel, which then fails while it runs
//   STANDIN_CUDNN     what is wrong with cuDNN's algorithms, see cudnn.cpp
//   STANDIN_LARGEST   multiplications of the largest matrix product that is computed; larger ones are left undone
//   STANDIN_REPORT    file that gets, at the end of the process, the number of calls of each function, and what was
//                     not freed, or freed twice

#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#define API extern "C" __attribute__((visibility("default")))

// Statuses of the runtime; the driver has the same numbers.
enum {
    SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, INVALID_DEVICE = 101, INVALID_IMAGE = 200, INVALID_CONTEXT = 201,
    NO_BINARY = 209, INVALID_HANDLE = 400, NOT_FOUND = 500, NOT_READY = 600, ILLEGAL_ADDRESS = 700, LAUNCH_FAILED = 719,
    NOT_SUPPORTED = 801, CAPTURE_UNSUPPORTED = 900, CAPTURE_INVALIDATED = 901, CAPTURE_UNMATCHED = 903,
    CAPTURE_UNJOINED = 904, CAPTURE_IMPLICIT = 906, CAPTURED_EVENT = 907, CAPTURE_WRONG_THREAD = 908
};

using Work = std::function<void()>;

struct Stream;

// Work that is recorded from a stream, and from others that joined it by events.
struct Capture {
    Stream* origin;
    int mode;
    std::thread::id thread;
    std::vector<Work> work;
    std::map<Stream*, bool> branches;  // whether they have work that no other stream waits for
    bool invalid = false;
};

struct Stream {
    int device;
    bool blocking;
    std::deque<Work> pending;
    std::shared_ptr<Capture> capture;
};

// A number from the environment.
long setting(const char* name, long otherwise);
std::string setting(const char* name, const std::string& otherwise);

// A call of a function of a library, one at a time. It fails before it does anything where it is meant to fail, or
// where the GPU has failed before.
struct Call {
    std::lock_guard<std::recursive_mutex> lock;
    int status;
    explicit Call(const char* function);
};

// A status with which a call or kernel shall fail now; SUCCESS otherwise.
int injected(const std::string& function);

// The GPU that this thread uses, and whether it has a context on it.
int& current_device();
bool& has_context();

// What was made and has to be freed, by kind.
void born(void* thing, const char* kind);
bool lives(void* thing, const char* kind);
// False, and remembered, where there is no such thing.
bool dies(void* thing, const char* kind);

template <class T>
static T* make(const char* kind, T value) {
    T* thing = new T(std::move(value));
    born(thing, kind);
    return thing;
}

// The stream of a handle, null for the default one; null where there is none.
Stream* stream_of(void* handle);

// Takes work into a stream, or into its capture.
int submit(Stream* stream, Work work);

// Does all that a stream has to do. Not while it is captured, which then becomes invalid.
int synchronize(Stream* stream);
int synchronize_all();

// For calls that a capture by this thread forbids: makes it invalid.
int unsafe_in_capture();

// The error that stays once the GPU has failed.
int& sticky();

int allocate(void** memory, size_t bytes);
int release(void* memory);
int allocate_host(void** memory, size_t bytes);
int release_host(void* memory);
size_t used_memory();
size_t all_memory();
// Whether all of some bytes are memory of a GPU, or memory of the host that was allocated by CUDA.
bool is_device_memory(const void* from, size_t bytes);
bool is_pinned_memory(const void* from, size_t bytes);

double seconds();
