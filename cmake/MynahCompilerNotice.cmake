# SPDX-License-Identifier: Apache-2.0
# One line for whoever compiles with g++ 12, which turns a few everyday coroutine lines into crashes.
# MYNAH_COROUTINES_DOC may be set to where the page is.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  get_property(mynah_notice_shown GLOBAL PROPERTY MYNAH_COMPILER_NOTICE)
  if(NOT mynah_notice_shown AND NOT mynah_FIND_QUIETLY)
    set_property(GLOBAL PROPERTY MYNAH_COMPILER_NOTICE TRUE)
    if(NOT MYNAH_COROUTINES_DOC)
      get_filename_component(MYNAH_COROUTINES_DOC "${CMAKE_CURRENT_LIST_DIR}/../docs/coroutines.md"
        ABSOLUTE)
    endif()
    message(STATUS "mynah: g++ ${CMAKE_CXX_COMPILER_VERSION} miscompiles some coroutine lines; "
      "before writing co_await, see ${MYNAH_COROUTINES_DOC}")
  endif()
endif()
