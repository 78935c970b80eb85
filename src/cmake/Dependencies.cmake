# SPDX-License-Identifier: Apache-2.0
# Every library by its pkg-config name. A missing one names the package to install, on Debian and on Fedora.
find_package(PkgConfig REQUIRED)

# find_library_package(TARGET PKG-CONFIG-NAME... DEBIAN PACKAGE FEDORA PACKAGE) makes the target PkgConfig::TARGET.
function(find_library_package target)
  cmake_parse_arguments(arg "" "DEBIAN;FEDORA" "" ${ARGN})
  pkg_check_modules(${target} QUIET IMPORTED_TARGET GLOBAL ${arg_UNPARSED_ARGUMENTS})
  if(NOT ${target}_FOUND)
    list(JOIN arg_UNPARSED_ARGUMENTS " " names)
    message(FATAL_ERROR "a library is missing: ${names}\n"
      "hint: install it with 'apt-get install ${arg_DEBIAN}' (Debian, Ubuntu) or 'dnf install ${arg_FEDORA}' (Fedora, RHEL)")
  endif()
endfunction()

find_library_package(GLIB "glib-2.0>=2.68" DEBIAN libglib2.0-dev FEDORA glib2-devel)
find_library_package(LDAP ldap lber DEBIAN libldap-dev FEDORA openldap-devel)
find_library_package(SASL libsasl2 DEBIAN libsasl2-dev FEDORA cyrus-sasl-devel)
find_library_package(CURL "libcurl>=7.61" DEBIAN libcurl4-openssl-dev FEDORA libcurl-devel)
find_library_package(JANSSON "jansson>=2.10" DEBIAN libjansson-dev FEDORA jansson-devel)
find_library_package(LIBCONFIG "libconfig>=1.5" DEBIAN libconfig-dev FEDORA libconfig-devel)
find_library_package(SQLITE sqlite3 DEBIAN libsqlite3-dev FEDORA sqlite-devel)
find_library_package(IDN2 libidn2 DEBIAN libidn2-dev FEDORA libidn2-devel)
find_library_package(SMARTCOLS smartcols DEBIAN libsmartcols-dev FEDORA libsmartcols-devel)
find_library_package(MICROHTTPD libmicrohttpd DEBIAN libmicrohttpd-dev FEDORA libmicrohttpd-devel)
if(SYNC_TESTS)
  find_library_package(CMOCKA cmocka DEBIAN libcmocka-dev FEDORA libcmocka-devel)
endif()
