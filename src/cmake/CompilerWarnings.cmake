# One interface target that every target of ours links: warnings, never imposed on users' code.
add_library(batchscope_warnings INTERFACE)
target_compile_options(batchscope_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor)
