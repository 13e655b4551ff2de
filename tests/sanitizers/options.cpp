// What the sanitizers are told, compiled into every program of the preset `sanitize`: it holds
// however one is started, by ctest, mpirun or hand. ASAN_OPTIONS, LSAN_OPTIONS and UBSAN_OPTIONS of
// the environment come on top.

// In place of the C library's: what was unloaded has no name, by which a leak could be recognised
// as one of Open MPI's parts. Ours are never unloaded.
extern "C" int dlclose(void* /*library*/) noexcept {
    return 0;
}

// The runtime calls them by these names.
extern "C" const char* __asan_default_options();
extern "C" const char* __lsan_default_options();
extern "C" const char* __ubsan_default_options();

const char* __asan_default_options() {
    return
        // No exit code of the programs: a finding is never taken for the failure that a test
        // expects.
        "exitcode=99"
        // The driver of a GPU maps memory where the sanitizer would forbid it.
        ":protect_shadow_gap=0";
}

const char* __lsan_default_options() {
    // How often each suppression counted differs from run to run.
    return "print_suppressions=0:suppressions=" SUPPRESSIONS_FOLDER "/leaks.txt";
}

const char* __ubsan_default_options() {
    return "print_stacktrace=1";
}
