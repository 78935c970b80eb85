# SPDX-License-Identifier: Apache-2.0
# Every library by its pkg-config name. A missing one names the package to install, on Debian and on Fedora.
find_package(PkgConfig REQUIRED)

# find_library_package(TARGET PKG-CONFIG-NAME... DEBIAN PACKAGE FEDORA PACKAGE [LICENSE SPDX]) makes the target
# PkgConfig::TARGET. What says its licence is linked into the program, and is in the bill of materials.
function(find_library_package target)
  cmake_parse_arguments(arg "" "DEBIAN;FEDORA;LICENSE" "" ${ARGN})
  pkg_check_modules(${target} QUIET IMPORTED_TARGET GLOBAL ${arg_UNPARSED_ARGUMENTS})
  if(NOT ${target}_FOUND)
    list(JOIN arg_UNPARSED_ARGUMENTS " " names)
    message(FATAL_ERROR "a library is missing: ${names}\n"
      "hint: install it with 'apt-get install ${arg_DEBIAN}' (Debian, Ubuntu) or 'dnf install ${arg_FEDORA}' (Fedora, RHEL)")
  endif()
  if(arg_LICENSE)
    list(GET arg_UNPARSED_ARGUMENTS 0 name)
    string(REGEX REPLACE "[<>=].*" "" name ${name})
    # one of them is set: the second where several are looked for together
    bom_add(${name} "${${target}_VERSION}${${target}_${name}_VERSION}" "${arg_LICENSE}")
  endif()
endfunction()

find_library_package(GLIB "glib-2.0>=2.68" DEBIAN libglib2.0-dev FEDORA glib2-devel
  LICENSE "LGPL-2.1-or-later")
find_library_package(LDAP ldap lber DEBIAN libldap-dev FEDORA openldap-devel
  LICENSE "OLDAP-2.8")
find_library_package(SASL libsasl2 DEBIAN libsasl2-dev FEDORA cyrus-sasl-devel
  LICENSE "BSD-3-Clause-Attribution")
find_library_package(CURL "libcurl>=7.61" DEBIAN libcurl4-openssl-dev FEDORA libcurl-devel
  LICENSE "curl")
find_library_package(CRYPTO "libcrypto>=3.0" DEBIAN libssl-dev FEDORA openssl-devel
  LICENSE "Apache-2.0")
find_library_package(JANSSON "jansson>=2.10" DEBIAN libjansson-dev FEDORA jansson-devel
  LICENSE "MIT")
find_library_package(LIBCONFIG "libconfig>=1.5" DEBIAN libconfig-dev FEDORA libconfig-devel
  LICENSE "LGPL-2.1-or-later")
find_library_package(SQLITE sqlite3 DEBIAN libsqlite3-dev FEDORA sqlite-devel
  LICENSE "blessing")
find_library_package(IDN2 libidn2 DEBIAN libidn2-dev FEDORA libidn2-devel
  LICENSE "LGPL-3.0-or-later OR GPL-2.0-or-later")
find_library_package(SMARTCOLS smartcols DEBIAN libsmartcols-dev FEDORA libsmartcols-devel
  LICENSE "LGPL-2.1-or-later")
find_library_package(MICROHTTPD libmicrohttpd DEBIAN libmicrohttpd-dev FEDORA libmicrohttpd-devel)
if(SYNC_TESTS)
  find_library_package(CMOCKA cmocka DEBIAN libcmocka-dev FEDORA libcmocka-devel)
endif()
