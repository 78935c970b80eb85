# SPDX-License-Identifier: Apache-2.0
# page_write(FROM TO [OLD NEW]...): writes the page FROM to TO. A link that begins with OLD begins with NEW there, for
# what is installed stands elsewhere than in the source. Where NEW is "source", it is not installed: what the link says
# stands there without it.
function(page_write FROM TO)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${FROM})
  file(READ ${FROM} text)
  set(rows ${ARGN})
  while(rows)
    list(POP_FRONT rows old new)
    if(new STREQUAL source)
      string(REGEX REPLACE "\\[([^]]*)\\]\\(${old}[^)]*\\)" "\\1 (in the source)" text "${text}")
    else()
      string(REPLACE "](${old}" "](${new}" text "${text}")
    endif()
  endwhile()
  file(WRITE ${TO} "${text}")
endfunction()
