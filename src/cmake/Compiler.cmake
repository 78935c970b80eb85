# SPDX-License-Identifier: Apache-2.0
# Warnings for everybody, hardening for release, sanitizers and counters on request.
include(CheckCCompilerFlag)
include(CheckLinkerFlag)

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Adds each flag that the compiler in use knows: gcc 12 lacks some that the newest guide names.
function(add_known_flags)
  foreach(flag IN LISTS ARGN)
    string(MAKE_C_IDENTIFIER "HAVE_C_FLAG_${flag}" known)
    check_c_compiler_flag(${flag} ${known})
    if(${known})
      add_compile_options(${flag})
    endif()
  endforeach()
endfunction()

add_compile_definitions(_GNU_SOURCE PROJECT_VERSION="${PROJECT_VERSION}"
  PROJECT_SAMPLE="${CMAKE_INSTALL_FULL_DOCDIR}/examples/toggl-ldap-sync.conf")
add_known_flags(
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Wundef -Wcast-qual -Wcast-align -Wstrict-prototypes
  -Wmissing-prototypes -Wmissing-declarations -Wold-style-definition -Wredundant-decls -Wpointer-arith
  -Wwrite-strings -Wformat=2 -Wformat-signedness -Wimplicit-fallthrough -Wnull-dereference -Wdouble-promotion
  -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wtrampolines -Wbidi-chars=any -Wswitch-enum
  -Werror=format-security -Werror=implicit -Werror=incompatible-pointer-types -Werror=int-conversion)
if(SYNC_WERROR)
  add_compile_options(-Werror)
endif()

# A build made anywhere gives the same bytes; who counts lines must find the files.
if(NOT SYNC_COVERAGE)
  add_known_flags(-ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=build)
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(CMAKE_C_FLAGS_RELEASE "-O2 -g")
  # OpenSSF Compiler Options Hardening Guide for C and C++.
  add_known_flags(
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstrict-flex-arrays=3 -fstack-clash-protection
    -fstack-protector-strong -fzero-init-padding-bits=all -ftrivial-auto-var-init=zero
    -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing -fcf-protection=full
    -mbranch-protection=standard)
  include(CheckPIESupported)
  check_pie_supported()
  add_link_options(-pie -Wl,-z,nodlopen -Wl,-z,noexecstack -Wl,-z,relro -Wl,-z,now -Wl,--as-needed
                   -Wl,--no-copy-dt-needed-entries)
else()
  set(CMAKE_C_FLAGS_DEBUG "-O1 -g -fno-omit-frame-pointer")
endif()

if(SYNC_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
if(SYNC_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
if(SYNC_COVERAGE)
  add_compile_options(--coverage -O0)
  add_link_options(--coverage)
endif()
