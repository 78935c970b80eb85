# SPDX-License-Identifier: Apache-2.0
# embed_files(TARGET HEADER FILE...) puts each FILE into TARGET as a string: page.css is `const char page_css[]`, which HEADER declares.

function(embed_files target header)
  foreach(file IN LISTS ARGN)
    get_filename_component(name ${file} NAME)
    string(MAKE_C_IDENTIFIER ${name} symbol)
    file(READ ${CMAKE_CURRENT_SOURCE_DIR}/${file} bytes HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
    file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/embedded/${symbol}.c CONTENT
      "#include \"${header}\"\n\nconst char ${symbol}[] = {${bytes}'\\0'};\n" @ONLY)
    target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embedded/${symbol}.c)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
endfunction()
