# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Completion for bash: what may stand at the cursor, toggl-ldap-sync itself knows.

_toggl_ldap_sync() {
    # bash splits words at = : @ too; what stands together is one word again, up to the cursor
    local rest=${COMP_LINE:0:COMP_POINT} word blanks answer candidate i
    local -a words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        blanks=${rest%%[![:space:]]*}
        rest=${rest#"$blanks"}
        word=${COMP_WORDS[i]}
        ((i < COMP_CWORD)) || word=$rest
        rest=${rest#"$word"}
        if ((i > 0)) && [[ -z $blanks && ${#words[@]} -gt 0 ]]; then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
    done
    COMPREPLY=()
    answer=$("$1" complete -- "${words[@]:1}" 2>/dev/null) || return 0
    # readline replaces only what stands behind the last = or :, or from the last @ on
    local current=${words[${#words[@]} - 1]} breaks=${COMP_WORDBREAKS//[^=:@]/} tail
    tail=${current##*["$breaks"]}
    local kept=${current%"$tail"}
    [[ $kept != *@ ]] || kept=${kept%@}
    while IFS= read -r candidate; do
        candidate=${candidate%%$'\t'*}
        [[ $candidate == "$kept"* ]] || continue
        printf -v candidate '%q' "${candidate#"$kept"}"
        COMPREPLY+=("$candidate")
    done < <(tail -n +2 <<<"$answer")
    if [[ $answer == :files* ]]; then
        compopt -o default
    elif [[ ${#COMPREPLY[@]} -gt 0 && ${COMPREPLY[0]} == *[=:/] ]]; then
        compopt -o nospace
    fi
}

complete -F _toggl_ldap_sync toggl-ldap-sync
