# BATCHSCOPE_SANITIZE: every program is compiled with the address, leak and undefined-behaviour sanitizers, and told
# of what foreign libraries do (tests/sanitizers/options.cpp). LibTorch and MPI are as they are, not instrumented.
option(BATCHSCOPE_SANITIZE "Build with address, leak and undefined-behaviour sanitizers (clang; preset sanitize)" OFF)
if(BATCHSCOPE_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  add_library(batchscope_sanitizer_options OBJECT ${PROJECT_SOURCE_DIR}/tests/sanitizers/options.cpp)
  target_compile_definitions(batchscope_sanitizer_options PRIVATE
    SUPPRESSIONS_FOLDER="${PROJECT_SOURCE_DIR}/tests/sanitizers")
  # The one target that every program links.
  target_sources(batchscope_warnings INTERFACE
    $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:$<TARGET_OBJECTS:batchscope_sanitizer_options>>)
endif()
