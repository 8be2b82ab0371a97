// Stands in for libnvrtc.so.13: takes the source that the stand-ins were built with, and no other.

#include "standin.h"
#include "source.h"

enum { NVRTC_SUCCESS = 0, INVALID_INPUT = 3, INVALID_PROGRAM = 4, INVALID_OPTION = 5, COMPILATION = 6 };

static const int ARCHITECTURES[] = {75, 80, 86, 87, 88, 89, 90, 100, 103, 110, 120, 121};

struct Program {
    std::string source, code, log;
    bool machine_code;
};

#define CALL Call call(__func__); \
    if (call.status != SUCCESS) { \
        return call.status; \
    }

API int nvrtcVersion(int* major, int* minor) {
    CALL
    *major = 13;
    *minor = 0;
    return NVRTC_SUCCESS;
}

API int nvrtcGetNumSupportedArchs(int* count) {
    CALL
    *count = sizeof ARCHITECTURES / sizeof *ARCHITECTURES;
    return NVRTC_SUCCESS;
}

API int nvrtcGetSupportedArchs(int* architectures) {
    CALL
    memcpy(architectures, ARCHITECTURES, sizeof ARCHITECTURES);
    return NVRTC_SUCCESS;
}

API const char* nvrtcGetErrorString(int status) {
    switch (status) {
        case NVRTC_SUCCESS: return "NVRTC_SUCCESS";
        case INVALID_INPUT: return "NVRTC_ERROR_INVALID_INPUT";
        case INVALID_PROGRAM: return "NVRTC_ERROR_INVALID_PROGRAM";
        case INVALID_OPTION: return "NVRTC_ERROR_INVALID_OPTION";
        case COMPILATION: return "NVRTC_ERROR_COMPILATION";
        default: return "NVRTC_ERROR_INTERNAL_ERROR";
    }
}

API int nvrtcCreateProgram(Program** program, const char* source, const char*, int headers, const char* const*,
        const char* const*) {
    CALL
    if (!source || headers != 0) {
        return INVALID_INPUT;
    }
    *program = make<Program>("program", {source, "", "", false});
    return NVRTC_SUCCESS;
}

API int nvrtcDestroyProgram(Program** program) {
    CALL
    if (!dies(*program, "program")) {
        return INVALID_PROGRAM;
    }
    delete *program;
    *program = nullptr;
    return NVRTC_SUCCESS;
}

static bool is_known(int architecture) {
    for (int known : ARCHITECTURES) {
        if (known == architecture) {
            return true;
        }
    }
    return false;
}

// Whether a source is that of a kernel for some sizes: one of SIZED but for its first line, which tells the sizes, and
// its last one, which defines the kernel.
static bool is_sized(const std::string& source) {
    auto body = [](const std::string& text) {
        size_t first = text.find('\n'), last = text.rfind("extern");
        return first < last && last != std::string::npos ? text.substr(first, last - first) : text;
    };
    for (const std::string& sized : SIZED) {
        if (source.rfind("#define SIZES ", 0) == 0 && body(source) == body(sized)) {
            return true;
        }
    }
    return false;
}

// Whether a source is that of the kernel of an update.
static bool is_update(const std::string& source) {
    for (const std::string& update : UPDATES) {
        if (source == update) {
            return true;
        }
    }
    return false;
}

// The kernels of the host are compiled as one of these options asks: without fused multiply-add. Those for some sizes
// take them as parameters.
API int nvrtcCompileProgram(Program* program, int count, const char* const* options) {
    CALL
    if (!lives(program, "program")) {
        return INVALID_PROGRAM;
    }
    std::string architecture;
    bool fused = true;
    for (int i = 0; i < count; i++) {
        std::string option = options[i];
        if (option.rfind("--gpu-architecture=", 0) == 0) {
            architecture = option.substr(option.find('=') + 1);
        } else if (option == "--fmad=false") {
            fused = false;
        } else if (option.rfind("--std=", 0) != 0) {
            program->log = "nvrtc: error: unrecognized option " + option;
            return INVALID_OPTION;
        }
    }
    program->machine_code = architecture.rfind("sm_", 0) == 0;
    size_t number = architecture.find('_');
    if (number == std::string::npos || !is_known(atoi(architecture.c_str() + number + 1))) {
        program->log = "nvrtc: error: invalid value for --gpu-architecture";
        return INVALID_OPTION;
    }
    if ((program->source != SOURCE && !is_sized(program->source) && !is_update(program->source)) || fused) {
        program->log = "gossamer.cu(1): error: not the kernels that the stand-ins were built with";
        return COMPILATION;
    }
    program->code = "stand-in " + architecture + "\n";
    return NVRTC_SUCCESS;
}

static int get_size(Program* program, const std::string& text, size_t* size) {
    if (!lives(program, "program")) {
        return INVALID_PROGRAM;
    }
    *size = text.size() + 1;
    return NVRTC_SUCCESS;
}

static int get(Program* program, const std::string& text, char* to) {
    if (!lives(program, "program")) {
        return INVALID_PROGRAM;
    }
    memcpy(to, text.c_str(), text.size() + 1);
    return NVRTC_SUCCESS;
}

API int nvrtcGetCUBINSize(Program* program, size_t* size) {
    CALL
    return get_size(program, program->machine_code ? program->code : "", size);
}

API int nvrtcGetCUBIN(Program* program, char* code) {
    CALL
    return program->machine_code ? get(program, program->code, code) : INVALID_PROGRAM;
}

API int nvrtcGetPTXSize(Program* program, size_t* size) {
    CALL
    return get_size(program, program->code, size);
}

API int nvrtcGetPTX(Program* program, char* code) {
    CALL
    return get(program, program->code, code);
}

API int nvrtcGetProgramLogSize(Program* program, size_t* size) {
    CALL
    return get_size(program, program->log, size);
}

API int nvrtcGetProgramLog(Program* program, char* log) {
    CALL
    return get(program, program->log, log);
}
