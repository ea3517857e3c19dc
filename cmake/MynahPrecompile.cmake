# SPDX-License-Identifier: Apache-2.0
# Other people's headers that most of our files include, compiled once: a sixth of what a build for the
# sanitizers costs. Off by default, and never what a file may count on: builds without it find an
# include that is missing. Not for builds that optimise: g++ 12 then warns about its own headers.

option(MYNAH_PRECOMPILED_HEADERS "Compile other people's headers once (for whoever builds all tests)"
  OFF)

# mynah_precompile(<target> library|test): `test` is for programs, and for libraries of programs only.
function(mynah_precompile target kind)
  if(NOT MYNAH_PRECOMPILED_HEADERS)
    return()
  endif()
  mynah_code_of(${target} ${kind})
  target_precompile_headers(${target} REUSE_FROM mynah_precompiled_${kind})
endfunction()

# The compiler takes precompiled headers only with the flags they were made with.
function(mynah_code_of target kind)
  get_target_property(type ${target} TYPE)
  if(kind STREQUAL "test" AND NOT type STREQUAL "EXECUTABLE")
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIE)
  endif()
endfunction()

# mynah_precompiled(library|test HEADERS ... LIBS ...): what `mynah_precompile` makes use of.
function(mynah_precompiled kind)
  cmake_parse_arguments(arg "" "" "HEADERS;LIBS" ${ARGN})
  set(source ${PROJECT_BINARY_DIR}/precompiled_${kind}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "// Nothing but what is included.\n")
  mynah_find(${arg_LIBS})
  add_library(mynah_precompiled_${kind} OBJECT ${source})
  mynah_compile_options(mynah_precompiled_${kind})
  mynah_code_of(mynah_precompiled_${kind} ${kind})
  target_link_libraries(mynah_precompiled_${kind} PRIVATE ${arg_LIBS})
  target_precompile_headers(mynah_precompiled_${kind} PRIVATE ${arg_HEADERS})
endfunction()

if(MYNAH_PRECOMPILED_HEADERS)
  # Without these ccache compiles anew whatever includes precompiled headers.
  if(CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache")
    list(PREPEND CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_PCH_EXTSUM=true)
  endif()
  set(mynah_common_headers
    <algorithm> <array> <chrono> <cstdint> <deque> <functional> <map> <memory> <mutex> <optional>
    <string> <string_view> <unordered_map> <utility> <variant> <vector>
    <boost/asio/any_io_executor.hpp> <boost/asio/co_spawn.hpp> <boost/asio/dispatch.hpp>
    <boost/asio/io_context.hpp> <boost/asio/ip/tcp.hpp> <boost/asio/post.hpp>
    <boost/asio/steady_timer.hpp> <boost/asio/this_coro.hpp> <boost/asio/use_awaitable.hpp>
    <boost/system/result.hpp> <boost/system/system_error.hpp>
    <nlohmann/json.hpp>)
  mynah_precompiled(library
    HEADERS ${mynah_common_headers}
    LIBS Boost::headers Threads::Threads nlohmann_json::nlohmann_json)
endif()
