# SPDX-License-Identifier: Apache-2.0
# A room is one folder of src, one static library, and an include path that holds only the rooms it names.
#
#   add_room(NAME [USES ROOM...] [LIBRARIES TARGET...])
#
# The include path is a folder of links, one for the room itself and one for each room in USES, so that
# "model/person.h" is found where the room may look and does not compile where it may not.

function(room_include_path name result)
  set(path ${CMAKE_BINARY_DIR}/rooms/${name})
  file(REMOVE_RECURSE ${path})
  file(MAKE_DIRECTORY ${path})
  foreach(room IN LISTS ARGN)
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/${room} ${path}/${room} SYMBOLIC)
  endforeach()
  set(${result} ${path} PARENT_SCOPE)
endfunction()

function(add_room name)
  cmake_parse_arguments(arg "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.c)
  add_library(room-${name} STATIC ${sources})
  room_include_path(${name} path ${name} ${arg_USES})
  target_include_directories(room-${name} PRIVATE ${path})
  list(TRANSFORM arg_USES PREPEND room- OUTPUT_VARIABLE rooms)
  target_link_libraries(room-${name} PUBLIC ${rooms} PkgConfig::GLIB ${arg_LIBRARIES})
  set_property(GLOBAL PROPERTY room-${name}-uses ${arg_USES})
endfunction()
