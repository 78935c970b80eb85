# SPDX-License-Identifier: Apache-2.0
# Completion for fish: what may stand at the cursor, toggl-ldap-sync itself knows.

function __toggl_ldap_sync_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answer (command $words[1] complete -- $words[2..-1] (string unescape -- $current; or echo $current) 2>/dev/null)
    string join \n -- $answer[2..-1]
    if test "$answer[1]" = ":files"
        set -l option (string match -r -- '^--[^=]*=' $current)
        set -l path $current
        if set -q option[1]
            set path (string replace -- $option '' $current)
        end
        for file in (__fish_complete_path "$path")
            echo -- "$option$file"
        end
    end
end

complete -c toggl-ldap-sync -f -a '(__toggl_ldap_sync_complete)'
