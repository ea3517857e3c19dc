# SPDX-License-Identifier: Apache-2.0
# Debian 12's RE2 has only a pkg-config file; newer ones have a CMake package as well. Either way the
# target is re2::re2.
find_package(re2 CONFIG QUIET)
if(NOT TARGET re2::re2)
  find_package(Threads REQUIRED)
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(PC_RE2 QUIET re2)
  endif()
  find_path(re2_INCLUDE_DIR re2/re2.h HINTS ${PC_RE2_INCLUDE_DIRS})
  find_library(re2_LIBRARY re2 HINTS ${PC_RE2_LIBRARY_DIRS})
  include(FindPackageHandleStandardArgs)
  find_package_handle_standard_args(re2 REQUIRED_VARS re2_LIBRARY re2_INCLUDE_DIR)
  if(re2_FOUND)
    add_library(re2::re2 UNKNOWN IMPORTED)
    set_target_properties(re2::re2 PROPERTIES
      IMPORTED_LOCATION "${re2_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${re2_INCLUDE_DIR}"
      INTERFACE_LINK_LIBRARIES Threads::Threads)
    if(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL)
      set_target_properties(re2::re2 PROPERTIES IMPORTED_GLOBAL TRUE)
    endif()
  endif()
  mark_as_advanced(re2_INCLUDE_DIR re2_LIBRARY)
endif()
