#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# packages - what has to be installed, for the scripts beside this one, which source it.
#
#   install_missing PACKAGE...      installs what is not there, with apt-get, as root or through sudo

# What building needs: src/cmake/Dependencies.cmake says the same to somebody who lacks one.
# shellcheck disable=SC2034 # the scripts that source this use them
build_packages=(
    build-essential cmake ninja-build pkg-config
    libglib2.0-dev libldap-dev libsasl2-dev libcurl4-openssl-dev libssl-dev libjansson-dev libconfig-dev libsqlite3-dev
    libidn2-dev libsmartcols-dev libmicrohttpd-dev scdoc
)
# shellcheck disable=SC2034
build_packages_fedora=(
    gcc cmake ninja-build pkgconf-pkg-config
    glib2-devel openldap-devel cyrus-sasl-devel libcurl-devel openssl-devel jansson-devel libconfig-devel sqlite-devel
    libidn2-devel libsmartcols-devel libmicrohttpd-devel scdoc
)
# What packaging/build-deb and packaging/build-rpm need besides.
# shellcheck disable=SC2034
deb_packages=(debhelper lintian)
# shellcheck disable=SC2034
rpm_packages=(rpm rpmlint xz-utils)
# What the tests need besides.
# shellcheck disable=SC2034
test_packages=(
    "${deb_packages[@]}" "${rpm_packages[@]}" mmdebstrap systemd systemd-container
    libcmocka-dev python3 python3-aiosmtpd prometheus slapd ldap-utils openssl faketime
    389-ds-base python3-lib389 libnss3-tools dnsmasq-base iproute2 krb5-user libsasl2-modules-gssapi-mit
    samba samba-ad-dc samba-ad-provision samba-dsdb-modules python3-samba ldb-tools
    clang libclang-rt-dev clang-tidy clang-format cppcheck codespell shellcheck universal-ctags
    scdoc man-db chromium fonts-dejavu-core zsh fish strace apparmor openssh-client sudo
)
# what other sources of Node.js bring along, Debian has in a package of its own
command -v npm >/dev/null || test_packages+=(nodejs npm)
test_packages+=(python3-yaml)

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    elif command -v sudo >/dev/null; then
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    else
        echo "$(basename "$0"): packages are missing, and only root can install them" >&2
        echo "hint: run as root: $*" >&2
        return 1
    fi
}

install_missing() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f='${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
            missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "$(basename "$0"): installing ${missing[*]}"
    as_root apt-get -qq -o DPkg::Lock::Timeout=300 update
    # a slapd without configuration is not started: the tests start their own, on loopback
    if [[ " ${missing[*]} " == *' slapd '* ]]; then
        echo 'slapd slapd/no_configuration boolean true' | as_root debconf-set-selections
    fi
    as_root apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends \
        "${missing[@]}" >/dev/null
}
