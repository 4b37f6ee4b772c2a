# tandem_fast_allocator(target): links jemalloc into a program. glibc's malloc falls off a cliff with
# the arrays of some kilobytes that records are (measured: a fifth of a full synchronization). Not
# under a sanitizer, which brings an allocator of its own.
find_package(PkgConfig REQUIRED)
pkg_check_modules(JEMALLOC REQUIRED IMPORTED_TARGET jemalloc)
function(tandem_fast_allocator target)
  if(NOT TANDEM_SANITIZE)
    target_link_libraries(${target} PRIVATE PkgConfig::JEMALLOC)
  endif()
endfunction()
